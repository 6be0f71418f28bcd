"""All sentences, in Persian and in English: facts, cautions, refusals, what can not be read."""

from __future__ import annotations

Sentences = dict[str, tuple[str, str]]

FACTS: Sentences = {
    "promised": (
        "وعده داده شده: دفتر وقایع این رسید را امضا کرده است.",
        "Promised: the log signed this receipt.",
    ),
    "answer-promised": (
        "وعده داده شده: دفتر وقایع این پاسخ را امضا کرده است.",
        "Promised: the log signed this answer.",
    ),
    "logged": (
        "ثبت شده: در دفتر وقایعی است که امضا شده است؛ گواهی شاهدان کافی نیست.",
        "Logged: it is in the tree that the log signed; not witnessed.",
    ),
    "witnessed": (
        "گواهی شده: در دفتر وقایع است و شاهدان کافی آن را امضا کرده‌اند.",
        "Witnessed: it is in the tree, and enough witnesses cosigned it.",
    ),
    "tree": (
        "کاشی‌ها همان دفتر وقایع امضاشده‌اند: {size} ثبت، همه شمرده شد.",
        "The tiles are the signed tree: {size} leaves, all of them hashed.",
    ),
    "history": (
        "دفتر با {old} ثبت، آغاز دفتر با {size} ثبت است.",
        "The tree of {old} leaves is the beginning of the tree of {size}.",
    ),
    "checkpoint": (
        "این نقطهٔ وارسی را خود دفتر وقایع امضا کرده است: {size} ثبت.",
        "The log signed this checkpoint: {size} leaves.",
    ),
    "code": ("کد رهگیری: {code}", "Tracking code: {code}"),
    "at": ("زمان پذیرش، به گفتهٔ گره: {at}", "Accepted, as the node says: {at}"),
    "agency": ("شناسهٔ دستگاه: {agency}", "Agency: {agency}"),
    "pages": ("چکیدهٔ صفحه‌ها: {pages}", "Digest of the pages: {pages}"),
    "answer": (
        "این پاسخ این دستگاه به نامه‌ای با این کد رهگیری است.",
        "It is an answer of this agency to the letter with this tracking code.",
    ),
    "sent-at": ("زمان صدور، به گفتهٔ گره: {at}", "Dispatched, as the node says: {at}"),
    "text": ("اثر انگشت متن: {text}", "Fingerprint of the text: {text}"),
    "text-compare": (
        "این اثر انگشت باید همان باشد که زیر متن پاسخ چاپ شده است؛ آن را بسنجید.",
        "Compare it with the fingerprint printed under the text; it must be the same.",
    ),
    "pages-same": (
        "{count} صفحه‌ای که دادید همان صفحه‌های نامه است.",
        "The pages given are the letter's: {count}.",
    ),
    "fee": ("هزینه: {fee}", "Fee: {fee}"),
    "field": ("{name}: {value}", "{name}: {value}"),
    "origin": ("دفتر وقایع: {origin}", "Log: {origin}"),
    "index": ("جای ثبت: {index} از {size}", "Leaf: {index} of {size}"),
    "cosigned": ("شاهد {name}: {at}", "Cosigned by {name}: {at}"),
    "not-before": ("نه زودتر از {at} ثبت شده است.", "It was given its place not before {at}."),
    "not-after": ("نه دیرتر از {at} ثبت شده است.", "It was in the log not after {at}."),
    "log-by": ("باید تا {at} در دفتر ثبت شود.", "It must be in the log by {at}."),
    "stated": (
        "کلید دفتر را ریشهٔ دستگاه {agency} با بیانیهٔ {number} شناسانده است.",
        "The log's key is stated by the root of the agency {agency}, number {number}.",
    ),
    "policy": ("سیاست اعتماد به تاریخ {day}", "Policy of {day}"),
    "verified": ("درست است.", "Verified."),
    "refused": ("درست نیست: {why}", "Not verified: {why}"),
    "unreadable": ("خوانده نشد: {why}", "Could not be read: {why}"),
    "caution": ("هشدار: {what}", "Caution: {what}"),
}

CAUTIONS: Sentences = {
    "policy-old": (
        "سیاست اعتماد {days} روز عمر دارد؛ تازهٔ آن را بگیرید.",
        "the policy is {days} days old; get a newer one.",
    ),
    "policy-future": (
        "تاریخ سیاست اعتماد هنوز نرسیده است.",
        "the policy's date is still to come.",
    ),
    "policy-none": (
        "این سیاست شاهدی نمی‌خواهد؛ شاید به دیگری دفتر دیگری نشان داده شده باشد.",
        "the policy asks for no witness; others may have been shown another tree.",
    ),
    "policy-one": (
        "این سیاست به یک شاهد بس می‌کند.",
        "the policy is content with one witness.",
    ),
    "roots-old": (
        "فایل ریشه‌ها {days} روز عمر دارد؛ تازهٔ آن را بگیرید.",
        "the file of roots is {days} days old; get a newer one.",
    ),
    "roots-future": (
        "تاریخ فایل ریشه‌ها هنوز نرسیده است.",
        "the date of the file of roots is still to come.",
    ),
    "revocations-none": (
        "فهرست ابطال دستگاه {agency} داده نشده است؛ شاید کلید باطل شده باشد.",
        "no revocation list of the agency {agency} was given; the key may be revoked.",
    ),
    "revocations-old": (
        "فهرست ابطال دستگاه {agency} کهنه است: تازهٔ آن باید تا {at} می‌آمد.",
        "the revocation list of the agency {agency} is stale: a newer one was due by {at}.",
    ),
    "witness-revoked": (
        "کلید شاهد {name} باطل شده است؛ امضای او شمرده نشد.",
        "the key of the witness {name} is revoked; its cosignatures were not counted.",
    ),
    "cosigned-future": (
        "زمان امضای یک شاهد هنوز نرسیده است؛ ساعت او یا این رایانه درست نیست.",
        "a witness's time is still to come; its clock or this one is wrong.",
    ),
    "claimed-later": (
        "زمانی که گره می‌گوید دیرتر از نخستین امضای شاهد است؛ زمان درست نیست.",
        "the time that the node says is after the first cosignature, so it is not right.",
    ),
    "before-unknown": (
        "گواهیِ پیش از آن نشان داده نشد: «نه زودتر از» دانسته نیست و شاید تاریخش عقب برده شده.",
        'nothing witnessed before it is shown: "not before" is unknown, it may be dated back.',
    ),
    "promise-due": (
        "زمان ثبت گذشته است؛ گواه کامل را بخواهید.",
        "it must be in the log by now; ask for the proof.",
    ),
}

REFUSED: Sentences = {
    "key-unknown": (
        "کلید {key} در سیاست اعتماد شما نیست.",
        "key {key} is not in your policy.",
    ),
    "back-dated": (
        "تاریخش عقب برده شده: خودش می‌گوید {claimed}، ولی پیش از {at} نمی‌توانسته ثبت شود.",
        "it is dated back: it says {claimed}, but it was given its place not before {at}.",
    ),
    "after-later": (
        "آنچه باید پیش از این ثبت آمده باشد پس از آن است.",
        "what must stand before this entry stands after it.",
    ),
    "after-not-in-tree": (
        "آنچه شاهدان پیش‌تر امضا کردند در این دفتر نیست.",
        "what witnesses had signed before is not in this log.",
    ),
    "key-revoked": (
        "کلید {key} را دستگاه {agency} از {at} باطل کرده و شاهدان پیش از آن این را ندیده‌اند.",
        "key {key} is revoked by the agency {agency} since {at}, and no witnesses saw this before.",
    ),
    "key-ended": (
        "بیانیهٔ کلید {key} در {at} پایان یافته است و شاهدان پیش از آن این را ندیده‌اند.",
        "the statement of key {key} ended at {at}, and no witnesses saw this before.",
    ),
    "key-not-yet": (
        "کلید {key} تازه از {at} معتبر است.",
        "key {key} is stated only from {at} on.",
    ),
    "root-unknown": (
        "ریشهٔ {root} برای دستگاه {agency} در فایل ریشه‌های شما نیست.",
        "root {root} of the agency {agency} is not in your file of roots.",
    ),
    "paper-signature": (
        "امضای ریشهٔ دستگاه {agency} به این برگهٔ کلید نمی‌خورد.",
        "the signature of the root of the agency {agency} does not fit the key paper.",
    ),
    "statements-differ": (
        "دو بیانیهٔ کلید با هم نمی‌خوانند (دستگاه {agency}).",
        "two key statements contradict each other (agency {agency}).",
    ),
    "lists-differ": (
        "فهرست ابطال {number} دستگاه {agency} با فهرست دیگر آن نمی‌خواند.",
        "revocation list {number} of the agency {agency} contradicts another.",
    ),
    "list-takes-back": (
        "فهرست ابطال {number} دستگاه {agency} ابطالی را پس گرفته است.",
        "revocation list {number} of the agency {agency} takes a revocation back.",
    ),
    "promise-signature": (
        "امضا به این برگه نمی‌خورد؛ برگه دستکاری شده یا جعلی است.",
        "the signature does not fit the paper: it was changed or forged.",
    ),
    "path-signature": (
        "امضای دفتر به ریشه‌ای که این مسیر می‌دهد نمی‌خورد.",
        "the log did not sign the root that this path leads to.",
    ),
    "log-unknown": (
        "دفتر {origin} در سیاست اعتماد شما نیست.",
        "the log {origin} is not in your policy.",
    ),
    "log-unsigned": (
        "هیچ کلید شناخته‌ای از {origin} این نقطهٔ وارسی را امضا نکرده است.",
        "no known key of {origin} signed the checkpoint.",
    ),
    "log-signature": (
        "امضای دفتر {origin} به نقطهٔ وارسی نمی‌خورد.",
        "the signature of {origin} does not fit the checkpoint.",
    ),
    "witness-signature": (
        "امضای شاهد {name} به نقطهٔ وارسی نمی‌خورد.",
        "the signature of the witness {name} does not fit the checkpoint.",
    ),
    "not-in-tree": (
        "این ثبت در دفتر امضاشده نیست.",
        "the entry is not in the tree that was signed.",
    ),
    "index-outside": (
        "ثبت {index} در دفتری با {size} ثبت نیست.",
        "a tree of {size} leaves has no leaf {index}.",
    ),
    "path-length": ("شمار درهم‌های مسیر درست نیست.", "the path has too many or too few hashes."),
    "opening-length": (
        "شمار درهم‌های پوشیده درست نیست.",
        "the opening has too many or too few hashes.",
    ),
    "fields-differ": (
        "دو گواه برای {name} دو مقدار نشان می‌دهند.",
        "two proofs show two values of {name}.",
    ),
    "letters-differ": (
        "آنچه دادید از یک نامه نیست.",
        "what was given is of different letters.",
    ),
    "logs-differ": ("آنچه دادید از یک دفتر نیست.", "what was given is of different logs."),
    "split-view": (
        "دفتر وقایع دو درخت متفاوت با {size} ثبت امضا کرده است: دو روایت نشان داده است.",
        "the log signed two different trees of {size} leaves: a split view.",
    ),
    "not-beginning": (
        "دفتر با {old} ثبت، آغاز دفتر با {size} ثبت نیست: تاریخ عوض شده است.",
        "the tree of {old} leaves is not the beginning of the tree of {size}: history was changed.",
    ),
    "tiles-other": (
        "کاشی‌ها به نقطهٔ وارسی با {size} ثبت نمی‌خورند.",
        "the tiles do not fit the checkpoint of {size} leaves.",
    ),
    "tile-other": (
        "کاشی {name} با کاشی‌های زیر آن نمی‌خواند.",
        "tile {name} is not what the tiles below it give.",
    ),
    "entry-other": (
        "ثبت {index} که دفتر می‌دهد به درهم آن در کاشی نمی‌خورد.",
        "the entry {index} that the log serves does not fit its hash in the tile.",
    ),
    "code-absent": ("گواه، کد رهگیری را نشان نمی‌دهد.", "the tracking code is not shown."),
    "code-other": (
        "کد رهگیری دیگری است: {told}",
        "the tracking code is another: {told}.",
    ),
    "pages-absent": ("گواه، صفحه‌ها را نشان نمی‌دهد.", "the digest of the pages is not shown."),
    "pages-answer": (
        "این گواه یک پاسخ است و صفحه ندارد؛ اثر انگشت زیر متن را بسنجید.",
        "this is of an answer, which has no pages; compare the fingerprint under its text.",
    ),
    "pages-other": (
        "صفحه‌ها همان نیستند یا ترتیبشان دیگر است.",
        "the pages are others, or in another order.",
    ),
    "level-promised": (
        "تنها وعده داده شده است؛ ثبت آن نشان داده نشده است.",
        "it is promised; that it is logged was not shown.",
    ),
    "level-logged": (
        "ثبت شده است، ولی شاهدان کافی آن را امضا نکرده‌اند.",
        "it is logged, not witnessed.",
    ),
}

UNREADABLE: Sentences = {
    "after-form": ("بخش after درست نوشته نشده است.", "the part `after` is malformed."),
    "nothing": ("چیزی برای بررسی داده نشد.", "nothing was given to check."),
    "no-file": ("فایل {name} خوانده نمی‌شود.", "the file {name} can not be read."),
    "too-large": ("بیش از اندازه بزرگ است.", "it is too large."),
    "unknown-form": (
        "این نه گواه است، نه نقطهٔ وارسی، نه متن QR و نه عکس.",
        "this is no proof, checkpoint, QR text or photo.",
    ),
    "qr-text": (
        "متن QR باید رقم باشد، یا نشانی‌ای که پس از # رقم دارد.",
        "a QR's text must be digits, or an address with digits behind #.",
    ),
    "qr-version": ("گونهٔ این QR شناخته نیست.", "a QR of an unknown version."),
    "promise-form": ("وعده درست نوشته نشده است.", "the promise is malformed."),
    "path-form": ("مسیر درست نوشته نشده است.", "the path is malformed."),
    "slip-form": ("فیلد slip درست نوشته نشده است.", "the field slip is malformed."),
    "json-bad": ("JSON باید به شکل RFC 8785 باشد.", "the JSON is not in the form of RFC 8785."),
    "opening-form": ("بازگشایی ثبت درست نوشته نشده است.", "the opening is malformed."),
    "proof-form": ("فایل گواه درست نوشته نشده است.", "the proof file is malformed."),
    "proof-extra": ("گواه سطر extra ندارد.", "the proof has no extra line."),
    "note-text": (
        "متن UTF-8 نیست یا نویسهٔ کنترلی دارد.",
        "the text is not UTF-8, or has control characters.",
    ),
    "note-form": ("سطرهای امضا درست نیستند.", "the signature lines are malformed."),
    "checkpoint-form": ("نقطهٔ وارسی درست نوشته نشده است.", "the checkpoint is malformed."),
    "base64-bad": ("Base64 درست نیست.", "the Base64 is malformed."),
    "number-bad": ("عدد درست نیست.", "a number is malformed."),
    "tile-missing": ("کاشی {name} نیست.", "tile {name} is missing."),
    "tile-form": ("اندازهٔ کاشی {name} درست نیست.", "tile {name} has the wrong size."),
    "tiles-needed": (
        "برای سنجیدن دو نقطهٔ وارسی، پوشهٔ کاشی‌ها را با --tiles بدهید.",
        "to compare checkpoints of two sizes, give the folder of tiles by --tiles.",
    ),
    "code-form": ("کد رهگیری سیزده رقم دارد.", "a tracking code has thirteen digits."),
    "photo-extra": (
        "برای خواندن عکس: pip install 'pishkhan-verify[photo]'",
        "to read photos: pip install 'pishkhan-verify[photo]'",
    ),
    "photo-bad": ("عکس خوانده نمی‌شود.", "the photo can not be read."),
    "photo-none": ("در عکس QR رسید پیدا نشد.", "the photo has no QR of a receipt."),
    "no-policy": (
        "فایل سیاست اعتماد {name} خوانده نمی‌شود؛ با --policy بدهید.",
        "the policy {name} can not be read; give one by --policy.",
    ),
    "roots-form": (
        "سطر {line} فایل ریشه‌ها خوانده نشد.",
        "line {line} of the file of roots is malformed.",
    ),
    "paper-form": ("برگهٔ کلید درست نوشته نشده است.", "a key paper is malformed."),
    "policy-text": (
        "سیاست اعتماد نویسه‌ای دارد که نباید.",
        "the policy has a character that is not allowed.",
    ),
    "policy-cut": ("سیاست اعتماد ناتمام است.", "the policy's last line does not end."),
    "policy-date": (
        "سیاست اعتماد باید یک سطر «# date: YYYY-MM-DD» داشته باشد (سطر {line}).",
        'the policy must have one line "# date: YYYY-MM-DD" (line {line}).',
    ),
    "policy-line": ("سطر {line} سیاست خوانده نشد.", "line {line} of the policy is malformed."),
    "policy-twice": (
        "در سطر {line} سیاست چیزی دوباره آمده است.",
        "line {line} of the policy names something twice.",
    ),
    "policy-name": (
        "سطر {line} سیاست نامی دارد که پیش‌تر نیامده است.",
        "line {line} of the policy uses a name that no line before it defines.",
    ),
    "policy-quorum": (
        "سیاست باید درست یک سطر quorum داشته باشد (سطر {line}).",
        "the policy must have exactly one quorum (line {line}).",
    ),
    "key-form": ("کلید سطر {line} درست نیست.", "the key in line {line} is malformed."),
    "key-kind": (
        "کلید سطر {line} از گونه‌ای دیگر است.",
        "the key in line {line} is of another kind than Ed25519 for this use.",
    ),
    "key-id": ("شناسهٔ کلید سطر {line} درست نیست.", "the key's id in line {line} is wrong."),
}

SENTENCES: Sentences = {**FACTS, **CAUTIONS, **REFUSED, **UNREADABLE}
