"""Exports as a plain Python client of AB2D does: the standard library, a credentials file, one file after the other.

Usage: export.py API_URL TOKEN_URL CREDENTIALS_FILE FOLDER
"""

import gzip
import json
import pathlib
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

api, token_url, credentials_file, folder = sys.argv[1:]
credentials = pathlib.Path(credentials_file).read_text().strip()


def ask(url, method="GET", **headers):
    request = urllib.request.Request(url, method=method, data=b"" if method == "POST" else None)
    for name, value in headers.items():
        request.add_header(name.replace("_", "-"), value)
    return urllib.request.urlopen(request)


query = urllib.parse.urlencode({"grant_type": "client_credentials", "scope": "clientCreds"})
answer = ask(f"{token_url}?{query}", "POST", Authorization=f"Basic {credentials}", Accept="application/json")
bearer = f"Bearer {json.load(answer)['access_token']}"

parameters = {"_outputFormat": "application/fhir+ndjson", "_type": "ExplanationOfBenefit", "_since": "2020-02-13T00:00:00.000-05:00"}
started = ask(
    f"{api}/v2/fhir/Patient/$export?{urllib.parse.urlencode(parameters)}",
    Authorization=bearer, Accept="application/json", Prefer="respond-async",
)
status_url = started.headers["Content-Location"]

while (answer := ask(status_url, Authorization=bearer, Accept="application/json")).status != 200:
    time.sleep(0.2)

for output in json.load(answer)["output"]:
    body = ask(output["url"], Authorization=bearer, Accept="application/fhir+ndjson", Accept_Encoding="gzip")
    name = output["url"].rsplit("/", 1)[1]
    pathlib.Path(folder, name).write_bytes(gzip.decompress(body.read()))
