"""What goes over HTTP. The field names are the design's answer format."""
