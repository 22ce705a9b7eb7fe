#!/usr/bin/env python3
"""Proves an export of the audit log (JSON lines) with nothing but Python's own library.

  verify.py export.jsonl --public-key HEX [--checkpoints checkpoints.jsonl] [--key ID=HEX]

--public-key   Ed25519 key of the platform's checkpoints, got from its operator by another way than the export. It is all an
               outside auditor needs: the last line signs the whole chain.
--checkpoints  a copy of <data>/audit/checkpoints.jsonl: shows newest records that were removed together with their signature.
--key          the tenant's digest key (audit:key in the shell). Whoever has it can also make records, so it is for the
               operator's own checks and stays with him.

Exit status: 0 proven, 1 not, with every problem on a line of its own; 2 for wrong arguments.
"""
import argparse, hashlib, hmac, json, re, sys

RECORD = re.compile(rb'\{"hash":"([0-9a-f]{64})","mac":"([0-9a-f]{64})","record":(\{.*\})\}')
SIGNED = re.compile(rb'\{"checkpoint":(\{.*\}),"public_key":"([0-9a-f]{64})","signature":"([0-9a-f]{128})"\}')

# Ed25519 verification, RFC 8032 section 5.1.7 and 6
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P

def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P

def multiply(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result

def decompress(text):
    sign, y = divmod(int.from_bytes(text, "little"), 2**255)
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - x2) % P or (x == 0 and sign):
        raise ValueError("not a point")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P

BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))

def verifies(public, message, signature):
    try:
        a, r, s = decompress(public), decompress(signature[:32]), int.from_bytes(signature[32:], "little")
    except ValueError:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    p, q = multiply(s, BASE), add(r, multiply(h, a))
    return s < L and (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0

def state_of(signed, public_key):
    """What a checkpoint signs; ValueError for one that is not signed with this key."""
    if signed[2].decode() != public_key:
        raise ValueError("signed with another key")
    if not verifies(bytes.fromhex(public_key), signed[1], bytes.fromhex(signed[3].decode())):
        raise ValueError("the signature is wrong")
    return json.loads(signed[1])

def problems_of(record, raw, mac, digest, last, keys):
    if last and (record["sequence"], record["previous"]) != (last["sequence"] + 1, last["hash"]):
        yield "does not follow record %s" % last["sequence"]
    if record["v"] != 1 or last and record["tenant_id"] != last["tenant_id"]:
        yield "another tenant or version"
    if hashlib.sha256(raw + mac).hexdigest() != digest:
        yield "was changed: its hash does not fit"
    key = keys.get(record["key_id"])
    if keys and key is None:
        yield "the key %s was not given" % record["key_id"]
    elif key and hmac.new(key, raw, hashlib.sha256).hexdigest().encode() != mac:
        yield "was changed: its digest was made with another key"

def prove(export, anchors, public_key, keys):
    """The first and the last record, and every problem."""
    lines, problems, hashes, first, last = export.split(b"\n"), [], {}, None, None
    starts = {(0, "0" * 64)}  # number and hash a first record may follow: none, or the last of those retention removed
    end = lines.pop()
    signed = SIGNED.fullmatch(lines.pop()) if lines else None
    if end or not signed:
        problems.append("the end: the last line is not complete" if end else "the end: nothing signs the last record")
    for number, match in enumerate(map(RECORD.fullmatch, lines), 1):
        try:
            digest, mac, raw = match[1].decode(), match[2], match[3]
            record = json.loads(raw)
            found = problems_of(record, raw, mac, digest, last, keys)
            problems += ["record %s: %s" % (record["sequence"], each) for each in found]
            if record["action"] == "audit.retention" and record["actor"] == "system":
                starts.add((record["details"].get("last_sequence") or -1, record["details"].get("last_hash")))
            last = dict(record, hash=digest)
            first, hashes[last["sequence"]] = first or last, digest
        except (ValueError, KeyError, TypeError, AttributeError) as e:
            problems.append("line %d: is no record (%s)" % (number, e))
    if first and (first["sequence"] - 1, first["previous"]) not in starts:
        problems.append("record %s: the records before it are missing" % first["sequence"])
    for where, match in [("the end", signed)] + [("a checkpoint", SIGNED.fullmatch(each)) for each in anchors.splitlines()]:
        try:
            state = state_of(match, public_key) if match else None
        except ValueError as e:
            problems.append("%s: %s" % (where, e))
            continue
        if match is signed and signed:
            if not last or any(state[each] != last[each] for each in ("tenant_id", "sequence", "hash")):
                problems.append("the end: does not sign the last record")
        elif state and last and state["tenant_id"] == last["tenant_id"]:
            if state["sequence"] > last["sequence"]:
                problems.append("record %s: was signed and is missing" % state["sequence"])
            elif hashes.get(state["sequence"], state["hash"]) != state["hash"]:
                problems.append("record %s: is not the one that was signed" % state["sequence"])
    return first, last, problems

def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("export", type=argparse.FileType("rb"))
    arguments.add_argument("--public-key", required=True)
    arguments.add_argument("--checkpoints", type=argparse.FileType("rb"))
    arguments.add_argument("--key", action="append", default=[], metavar="ID=HEX")
    given = arguments.parse_args()
    keys = {each.split("=")[0]: bytes.fromhex(each.split("=")[1]) for each in given.key}
    anchors = given.checkpoints.read() if given.checkpoints else b""
    first, last, problems = prove(given.export.read(), anchors, given.public_key, keys)
    print("\n".join(problems) or "proven: records %s to %s of tenant %s" % (
        first["sequence"], last["sequence"], last["tenant_id"]))
    return 1 if problems else 0

if __name__ == "__main__":
    sys.exit(main())
