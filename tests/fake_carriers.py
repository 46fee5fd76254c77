"""A server that answers as the carriers' public documents say: it checks what was signed.

`plan` bends its next answers, one a call: an HTTP status, "slow", "html", "list", "odd"; what is
not bent is answered. `bends` does so by a word of the question: a tracking number, or the path of a
service. What was asked is kept in `asked`, and in `most` how many were asked at the same time, by path.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterator

SLOW_SECONDS, CALM_SECONDS = 0.6, 0.1  # the first is too late, the second in time

#: The keys that the fake services have given out.
SF_WORD, JD_SECRET, K100_KEY, BIRD_KEY = "sf-word", "jd-secret", "k100-key", "bird-key"

ROUTES = [
    ("2026-01-07 11:02:45", "合肥市", "已签收，感谢使用顺丰", "80"),
    ("2026-01-07 08:15:00", "合肥市", "快件交给李师傅，正在派送途中", "44"),
    ("2026-01-05 18:02:11", "深圳市", "顺丰速运 已收取快件", "50"),
]


@dataclass
class Fake:
    """The server's address, what it was asked, and how its next answers are bent."""

    url: str
    asked: list[dict[str, str]] = field(default_factory=list)
    plan: list[int | str] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    bends: dict[str, int | str] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=dict)
    _busy: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def bent(self, path: str, form: dict[str, str]) -> int | str:
        """How this question is answered wrongly, if it is."""
        with self._lock:
            if self.plan:
                return self.plan.pop(0)
        said = [path, *form.values()]
        return next((how for word, how in self.bends.items() if any(word in s for s in said)), "")

    @contextmanager
    def counted(self, path: str) -> Iterator[None]:
        """While a question of a path, and of any, is being answered."""
        for name, step in ((path, 1), ("all", 1)):
            self._step(name, step)
        try:
            yield
        finally:
            for name in (path, "all"):
                self._step(name, -1)

    def _step(self, name: str, step: int) -> None:
        with self._lock:
            self._busy[name] = self._busy.get(name, 0) + step
            self.most[name] = max(self.most.get(name, 0), self._busy[name])

    def settings(self) -> str:
        """The section of scm.toml with every key."""
        return (
            "[carriers]\ntimeout_seconds = 0.3\nretries = 1\n"
            f'[carriers.sf]\npartner_id = "P1"\ncheck_word = "{SF_WORD}"\nurl = "{self.url}/sf"\n'
            f'[carriers.jd]\napp_key = "A1"\napp_secret = "{JD_SECRET}"\naccess_token = "T1"\n'
            f'customer_code = "010K1"\nurl = "{self.url}/jd"\n'
            f'[carriers.kuaidi100]\ncustomer = "C1"\nkey = "{K100_KEY}"\nurl = "{self.url}/k100"\n'
            f'[carriers.kdniao]\nbusiness_id = "B1"\napp_key = "{BIRD_KEY}"\nurl = "{self.url}/bird"\n'
        )


def _md5(text: str) -> Any:
    return hashlib.md5(text.encode(), usedforsecurity=False)


def sf(form: dict[str, str], unknown: set[str]) -> dict[str, Any]:
    signed = quote_plus(form["msgData"] + form["timestamp"] + SF_WORD)
    if base64.b64encode(_md5(signed).digest()).decode() != form["msgDigest"]:
        return {"apiResultCode": "A1006", "apiErrorMsg": "数字签名无效", "apiResultData": ""}
    number = json.loads(form["msgData"])["trackingNumber"][0]
    routes = [
        {"acceptTime": at, "acceptAddress": place, "remark": text, "opCode": code}
        for at, place, text, code in ([] if number in unknown else ROUTES)
    ]
    data = {"success": True, "errorCode": "S0000", "errorMsg": None,
            "msgData": {"routeResps": [{"mailNo": number, "routes": routes}]}}  # fmt: skip
    return {"apiErrorMsg": "", "apiResultCode": "A1000", "apiResultData": json.dumps(data)}


def jd(form: dict[str, str], unknown: set[str]) -> dict[str, Any]:
    sign = form.pop("sign")
    joined = "".join(name + form[name] for name in sorted(form))
    if _md5(JD_SECRET + joined + JD_SECRET).hexdigest().upper() != sign:
        told = {"code": "12", "zh_desc": "无效签名", "en_desc": "Invalid signature"}
        return {"error_response": told}
    number = json.loads(form["360buy_param_json"])["waybillCode"]
    titles = [
        ("快递签收", "货物已交付京东物流", "2026/01/05 17:28:42"),
        ("分拣中心验货", "货物已到达【合肥分拣中心】", "2026/01/06 22:54:12"),
        ("配送员收货", "配送员开始配送，请您准备收货", "2026/01/07 08:00:00"),
        ("妥投", "货物已送达，感谢您选择京东物流", "2026/01/07 10:11:12"),
    ]
    data = [
        {"opeTitle": title, "opeRemark": text, "opeName": "京东快递", "opeTime": at, "waybillCode": number}
        for title, text, at in ([] if number in unknown else titles)
    ]  # fmt: skip
    result = {"data": data, "messsage": "成功", "code": 100}
    return {"jingdong_ldop_receive_trace_get_responce": {"querytrace_result": result, "code": "0"}}


def k100(form: dict[str, str], unknown: set[str]) -> dict[str, Any]:
    if _md5(form["param"] + K100_KEY + form["customer"]).hexdigest().upper() != form["sign"]:
        return {"result": False, "returnCode": "503", "message": "验证签名失败"}
    param = json.loads(form["param"])
    if param["num"] in unknown:
        return {"result": False, "returnCode": "500", "message": "查询无结果，请隔段时间再查"}
    back = param["num"].endswith("BACK")
    data = [
        {"time": "2026-01-07 09:10:00", "ftime": "2026-01-07 09:10:00", "status": "退签" if back else "签收",
         "context": "已退回发件人" if back else "已签收，签收人：前台", "areaName": "安徽,合肥市"},
        {"time": "2026-01-05 19:00:00", "ftime": "2026-01-05 19:00:00", "status": "揽收",
         "context": "【深圳市】快件已被揽收", "areaName": None},
    ]  # fmt: skip
    return {"message": "ok", "nu": param["num"], "ischeck": "1", "com": param["com"], "status": "200",
            "state": "4" if back else "3", "condition": "F00", "data": data}  # fmt: skip


def bird(form: dict[str, str], unknown: set[str]) -> dict[str, Any]:
    expected = base64.b64encode(_md5(form["RequestData"] + BIRD_KEY).hexdigest().encode()).decode()
    asked = json.loads(form["RequestData"])
    about = {"EBusinessID": form["EBusinessID"], **asked}
    if form["DataSign"] != expected:
        return {**about, "Success": False, "Reason": "数据内容签名错误", "Traces": []}
    traces = [
        {"AcceptTime": "2026-01-05 19:00:00", "AcceptStation": "已揽收", "Location": "深圳市", "Action": "1"},
        {"AcceptTime": "2026-01-07 09:10:00", "AcceptStation": "已在丰巢签收", "Location": "合肥市", "Action": "311"},
    ]  # fmt: skip
    found = [] if asked["LogisticCode"] in unknown else traces
    return {**about, "Success": True, "State": "3" if found else "0", "Traces": found}


ANSWERS = {"/sf": sf, "/jd": jd, "/k100": k100, "/bird": bird}


@contextmanager
def fake_carriers() -> Iterator[Fake]:
    """The server while it runs, on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            fake.asked.append({"path": self.path, **form})
            bent = fake.bent(self.path, form)
            with fake.counted(self.path):
                time.sleep({"slow": SLOW_SECONDS, "calm": CALM_SECONDS}.get(str(bent), 0))
            answer: object = ANSWERS[self.path](form, fake.unknown)
            if bent == "list":
                answer = []
            elif bent == "odd":
                answer = {
                    "apiResultCode": "A1000",
                    "apiResultData": '{"success": true, "msgData": [1]}',
                }
            status = bent if isinstance(bent, int) else 200
            text = "<html>busy</html>" if bent == "html" else json.dumps(answer, ensure_ascii=False)
            content = text.encode()
            try:
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except OSError:
                return  # who asked did not wait

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    fake = Fake(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    )
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
