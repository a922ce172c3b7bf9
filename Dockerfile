# syntax=docker/dockerfile:1
# Two stages: one with pip, one without. The embedding weights are in an installed package, so the
# image needs no network at run time. It writes to /data and /tmp only.
# `sh deploy/pin_images.sh` writes digests behind the tags.
FROM python:3.11.14-slim-bookworm AS build
# PyTorch's CPU wheel index; without it the torch wheel brings several gigabytes of CUDA.
ARG TORCH_INDEX_URL=""
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /build
COPY constraints.txt pyproject.toml README.md LICENSE ./
RUN pip install --constraint constraints.txt ${TORCH_INDEX_URL:+--index-url "$TORCH_INDEX_URL"} torch
COPY app app
COPY ingestion ingestion
COPY retrieval retrieval
COPY eval eval
RUN pip install --constraint constraints.txt .

FROM python:3.11.14-slim-bookworm
COPY --from=build /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HF_HUB_OFFLINE=1 \
    HOST=0.0.0.0 \
    DATA_DIR=/data \
    DOCS_ROOT=/docs
RUN useradd --uid 10001 --create-home footnote \
    && mkdir /data /docs \
    && chown footnote:footnote /data
# The weights load and have the right hash, or there is no image.
RUN python -c "from ingestion.encoder import SentenceTransformerEmbedder as E; E('all-MiniLM-L6-v2')"
USER 10001
WORKDIR /home/footnote
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/ready', timeout=8)"]
ENTRYPOINT ["rag"]
CMD ["serve"]
