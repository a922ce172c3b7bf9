"""A real HTTP server that speaks the chat protocol, well or badly, and a client for it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from llama_index.llms.openai_like import OpenAILike

Respond = Callable[[BaseHTTPRequestHandler], None]


def chunk_line(text: str) -> bytes:
    delta = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
    event = {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [delta],
    }
    return b"data: " + json.dumps(event).encode() + b"\n\n"


def stream(*pieces: str) -> Respond:
    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        for piece in pieces:
            handler.wfile.write(chunk_line(piece))
        handler.wfile.write(b"data: [DONE]\n\n")

    return respond


def fail(status: int) -> Respond:
    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return respond


@contextmanager
def served(respond: Respond, timeout_s: float = 5.0) -> Iterator[tuple[OpenAILike, list[str]]]:
    """A client for a server that responds like this, and the bodies that were sent to it."""
    bodies: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            respond(self)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield (
            OpenAILike(
                model="m",
                api_base=f"http://127.0.0.1:{server.server_port}/v1",
                api_key="k",
                is_chat_model=True,
                timeout=timeout_s,
                max_retries=0,
            ),
            bodies,
        )
    finally:
        server.shutdown()
        server.server_close()
