#!/bin/sh
# Writes the digest behind the tag of every image that is not built here: image:tag@sha256:...
# The tag stays for people (and for Dependabot); the digest is what is pulled. Run it again after
# changing a tag. Needs docker with buildx, and the network.
set -eu
cd "$(dirname "$0")/.."
files="Dockerfile docker-compose.yml .github/workflows/ci.yml deploy/kubernetes/qdrant.yaml"

# Lines like `FROM python:3.11.14-slim AS build` and `image: qdrant/qdrant:v1.16.3`.
images=$(sed -nE 's/^(FROM| *image:|  *- image:) +([a-z0-9./-]+:[A-Za-z0-9._-]+)(@sha256:[0-9a-f]+)?( AS .*)?$/\2/p' $files | sort -u)
for image in $images; do
    digest=$(docker buildx imagetools inspect "$image" --format '{{.Manifest.Digest}}')
    case "$digest" in
    sha256:*) ;;
    *)
        echo "No digest for $image: $digest" >&2
        exit 1
        ;;
    esac
    echo "$image@$digest"
    escaped=$(printf '%s' "$image" | sed 's/[.]/\\./g')
    for file in $files; do
        sed -E "s#^((FROM| *image:|  *- image:) +)$escaped(@sha256:[0-9a-f]+)?( AS .*)?\$#\\1$image@$digest\\4#" \
            "$file" >"$file.pinned"
        # Not renamed: the file keeps its mode.
        cat "$file.pinned" >"$file"
        rm "$file.pinned"
    done
done
