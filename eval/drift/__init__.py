"""Drift: are the questions of now, and their answers, still like those of then?"""
