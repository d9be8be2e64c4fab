#!/usr/bin/env bash
# Exports as a plain shell client of AB2D does: curl, a credentials file, one request after the other.
# Usage: export.sh API_URL TOKEN_URL CREDENTIALS_FILE FOLDER
set -euo pipefail
api=$1 token_url=$2 credentials=$(tr -d '\r\n' < "$3") folder=$4

token=$(curl --silent --fail --request POST "$token_url?grant_type=client_credentials&scope=clientCreds" \
  --header 'Content-Type: application/x-www-form-urlencoded' --header 'Accept: application/json' \
  --header "Authorization: Basic $credentials" | sed -n 's/.*"access_token" *: *"\([^"]*\)".*/\1/p')

since=2020-02-13T00:00:00.000-05:00
status_url=$(curl --silent --fail --dump-header - --output /dev/null \
  "$api/v2/fhir/Patient/\$export?_outputFormat=application%2Ffhir%2Bndjson&_type=ExplanationOfBenefit&_since=${since//:/%3A}" \
  --header 'Accept: application/json' --header 'Prefer: respond-async' --header "Authorization: Bearer $token" |
  tr -d '\r' | sed -n 's/^[Cc]ontent-[Ll]ocation: //p')

until [ "$(curl --silent --output "$folder/response.json" --write-out '%{http_code}' "$status_url" \
  --header 'Accept: application/json' --header "Authorization: Bearer $token")" = 200 ]; do
  sleep 0.2
done

grep -o '"url" *: *"[^"]*/file/[^"]*"' "$folder/response.json" | sed 's/.*"\(http[^"]*\)"/\1/' | while read -r url; do
  curl --silent --fail --compressed "$url" --output "$folder/${url##*/}" \
    --header 'Accept: application/fhir+ndjson' --header "Authorization: Bearer $token"
done
