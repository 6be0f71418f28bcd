"""The words that headers and payloads are made of, so that a short message gets short.

Frozen: whoever opens what was made with it needs these very bytes (docs/protocol/bundle.md). A
better dictionary is a new constant with a new number, beside this one.
"""

from __future__ import annotations

DICTIONARY_1 = (
    b'"reason":"relay.files-missing","relay.predecessor-missing","relay.unknown-kind"'
    b'"state":"received","state":"waiting","state":"quarantined","state":"refused"'
    b'{"acks":[{"envelope":"","message":"","state":"applied"},{"envelope":"'
    b'"kind":"relay.receipt","kind":"letter.status","kind":"letter.answered","kind":"letter.moved"'
    b'"kind":"letter.sent","kind":"letter.completed","kind":"letter.handed-over"'
    b'"birth_date":"","father":"","proxy":{"company":{"role":"","others":['
    b'{"accepted_at":"","agency":"","applicant":{"id_kind":"national","mobile":"09","name":"'
    b'","number":"0"},"body":"","circumstances":{"counter":{"id":"","name":"'
    b'"},"kind":"request","late_reason":"","letter":"","medium":"paper","medium":"electronic"'
    b',"pages":[{"digest":"","leaves":1,"name":"","size":,"type":"application/pdf"'
    b'"type":"image/jpeg","type":"image/png","width":,"height":}],"print_intent":"none"'
    b',"sheets":1,"subject":"","taken_on":"2026-","tracking_code":"1","urgency":"normal"}'
    b'{"after":["01"],"blobs":["","created":"2026-01-02T03:04:05.000006Z","epoch":1,"from":"01'
    b'","key":"","kind":"letter.submitted","kind_version":1,"message":"019","origin":"019'
    b'","payload":"","seal":"age","seq":1,"size":,"subject":"019'
    b'","to":"019","transfer":{"hop":1,"id":"019","item":"019"},"v":1}'
)
