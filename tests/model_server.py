"""An OpenAI-compatible server on loopback that says what a script tells it to, or breaks in the way it is told to."""

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Sentences = Sequence[tuple[str, Sequence[str]]]
Script = Callable[[dict[str, str]], Sentences]  # the passages of the prompt by id -> the draft's sentences
_PASSAGE = re.compile(r'<passage id="([^"]+)"[^>]*>\n(.*?)\n</passage>', re.DOTALL)


def draft_text(sentences: Sentences) -> str:
    return json.dumps({"sentences": [{"text": text, "passages": list(ids)} for text, ids in sentences]})


class ModelServer:
    """Answers ``/chat/completions``; ``fault`` names how it breaks, and ``faults_left`` how often before it heals."""

    def __init__(self, script: Script, fault: str | None = None, faults_left: int = 1_000) -> None:
        self.script = script
        self.fault = fault
        self.faults_left = faults_left
        self.asked: list[dict[str, Any]] = []
        self._stopping = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.asked.append(body)
                server.answer(self, body)

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    @property
    def prompts(self) -> list[str]:
        return ["\n".join(str(m["content"]) for m in body["messages"]) for body in self.asked]

    @contextmanager
    def running(self) -> Iterator["ModelServer"]:
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield self
        finally:
            self._stopping.set()
            self._http.shutdown()
            self._http.server_close()

    def answer(self, handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        fault = self.fault if self.faults_left > 0 else None
        self.faults_left -= 1
        text = draft_text(self.script(dict(_PASSAGE.findall(body["messages"][-1]["content"]))))
        try:
            if fault:
                getattr(self, f"_{fault}")(handler, body, text)
            else:
                self._whole(handler, body, text)
        except (ConnectionError, OSError):
            pass  # the client has left, as it should

    # ------------------------------------------------------------- what goes right

    def _whole(self, handler: BaseHTTPRequestHandler, body: dict[str, Any], text: str) -> None:
        if not body.get("stream"):
            self._send(handler, json.dumps(_completion(text)))
            return
        self._start(handler)
        for i in range(0, len(text), 40):
            self._event(handler, {"content": text[i : i + 40]})
        self._event(handler, {}, finish="stop")
        self._write(handler, b"data: [DONE]\n\n")
        self._write(handler, b"")

    # ------------------------------------------------------------- what goes wrong

    def _status_429(self, handler: BaseHTTPRequestHandler, body: dict[str, Any], text: str) -> None:
        self._send(handler, '{"error": {"message": "slow down"}}', 429)

    def _status_500(self, handler: BaseHTTPRequestHandler, body: dict[str, Any], text: str) -> None:
        self._send(handler, "<html>broken</html>", 500)

    def _status_401(self, handler: BaseHTTPRequestHandler, body: dict[str, Any], text: str) -> None:
        self._send(handler, '{"error": {"message": "no key"}}', 401)

    def _malformed(self, handler: BaseHTTPRequestHandler, body: dict[str, Any], text: str) -> None:
        self._whole(handler, body, "Sure! Here is your answer: {sentences: [}")

    def _other_shape(self, handler: BaseHTTPRequestHandler, body: dict[str, Any], text: str) -> None:
        self._whole(handler, body, '{"answer": "Stem cells cure baldness."}')

    def _not_json(self, handler: BaseHTTPRequestHandler, body: dict[str, Any], text: str) -> None:
        self._send(handler, "hello")

    def _empty(self, handler: BaseHTTPRequestHandler, body: dict[str, Any], text: str) -> None:
        self._whole(handler, body, "")

    def _no_sentences(self, handler: BaseHTTPRequestHandler, body: dict[str, Any], text: str) -> None:
        self._whole(handler, body, '{"sentences": []}')

    def _wrong_language(self, handler: BaseHTTPRequestHandler, body: dict[str, Any], text: str) -> None:
        told = "Las células madre curan la calvicie para siempre en todos los pacientes."
        self._whole(handler, body, draft_text([(told, re.findall(r'passage id="([^"]+)"', str(body))[:1])]))

    def _cannot_stream(self, handler: BaseHTTPRequestHandler, body: dict[str, Any], text: str) -> None:
        self._send(handler, json.dumps(_completion(text)))

    def _hangs(self, handler: BaseHTTPRequestHandler, body: dict[str, Any], text: str) -> None:
        self._stopping.wait(60)

    def _endless(self, handler: BaseHTTPRequestHandler, body: dict[str, Any], text: str) -> None:
        self._start(handler)
        self._event(handler, {"content": '{"sentences": ['})
        while not self._stopping.is_set():
            self._event(handler, {"content": '{"text": "Hair grows and grows.", "passages": []}, '})

    def _drips(self, handler: BaseHTTPRequestHandler, body: dict[str, Any], text: str) -> None:
        self._start(handler)
        for byte in b"data: " + json.dumps(_piece({"content": text})).encode():
            self._write(handler, bytes([byte]))
            if self._stopping.wait(1.0):
                return

    def _killed(self, handler: BaseHTTPRequestHandler, body: dict[str, Any], text: str) -> None:
        self._start(handler)
        self._event(handler, {"content": text[: len(text) // 2]})
        handler.connection.shutdown(socket.SHUT_RDWR)
        handler.close_connection = True

    def _half_closed(self, handler: BaseHTTPRequestHandler, body: dict[str, Any], text: str) -> None:
        self._start(handler)
        self._event(handler, {"content": text[: len(text) // 2]})
        handler.connection.shutdown(socket.SHUT_WR)
        self._stopping.wait(60)

    # ------------------------------------------------------------- the wire

    def _send(self, handler: BaseHTTPRequestHandler, text: str, status: int = 200) -> None:
        data = text.encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    def _start(self, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        self._event(handler, {"role": "assistant", "content": ""})

    def _event(self, handler: BaseHTTPRequestHandler, delta: dict[str, str], finish: str | None = None) -> None:
        self._write(handler, b"data: " + json.dumps(_piece(delta, finish)).encode() + b"\n\n")

    def _write(self, handler: BaseHTTPRequestHandler, data: bytes) -> None:
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        handler.wfile.flush()


def _completion(text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    return {
        "id": "c1", "object": "chat.completion", "created": int(time.time()), "model": "scripted",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "usage": usage,
    }  # fmt: skip


def _piece(delta: dict[str, str], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {
        "id": "c1", "object": "chat.completion.chunk", "created": int(time.time()), "model": "scripted",
        "choices": [choice],
    }  # fmt: skip
