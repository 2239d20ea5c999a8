"""Uses `sparkchat[serve]` as docs/serve.md describes it."""

import json
import re
import subprocess
from pathlib import Path
from sys import executable
from urllib.request import Request, urlopen

command = [Path(executable).with_name("sparkchat"), "serve", "--port=0"]
with subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8") as server:
    base = re.search(r"http://\S+", server.stderr.readline())[0]
    question = {"model": "generalv3.5", "messages": [{"role": "user", "content": "6 times 7"}]}
    headers = {"Content-Type": "application/json"}
    request = Request(f"{base}/chat/completions", json.dumps(question).encode(), headers)
    with urlopen(request) as response:
        assert "42" in json.load(response)["choices"][0]["message"]["content"]
    server.terminate()
