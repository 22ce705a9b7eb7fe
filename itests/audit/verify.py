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
    y = int.from_bytes(text, "little")
    sign, y = y >> 255, y & (2**255 - 1)
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

class Verifier:
    def __init__(self, public_key, keys):
        self.public_key, self.keys, self.problems = public_key, keys, []
        self.first = self.last = self.tenant = None
        self.hash, self.hashes, self.removals = None, {}, []

    def wrong(self, where, what):
        self.problems.append("%s: %s" % (where, what))

    def record(self, line, match):
        digest, mac, raw = match[1].decode(), match[2], match[3]
        record = json.loads(raw)
        sequence, where = record["sequence"], "record %s" % record["sequence"]
        if self.last is None:
            self.first, self.tenant, self.first_previous = sequence, record["tenant_id"], record["previous"]
        elif sequence != self.last + 1 or record["previous"] != self.hash:
            self.wrong(where, "does not follow record %s" % self.last)
        if record["tenant_id"] != self.tenant or record["v"] != 1:
            self.wrong(where, "another tenant or version")
        if hashlib.sha256(raw + mac).hexdigest() != digest:
            self.wrong(where, "was changed: its hash does not fit")
        key = self.keys.get(record["key_id"])
        if self.keys and key is None:
            self.wrong(where, "the key %s was not given" % record["key_id"])
        elif key and hmac.new(key, raw, hashlib.sha256).hexdigest().encode() != mac:
            self.wrong(where, "was changed: its digest was made with another key")
        if record["action"] == "audit.retention" and record["actor"] == "system":
            self.removals.append(record["details"])
        self.last, self.hash, self.hashes[sequence] = sequence, digest, digest

    def checkpoint(self, where, match):
        if match[2].decode() != self.public_key:
            self.wrong(where, "signed with another key")
        elif not verifies(bytes.fromhex(self.public_key), match[1], bytes.fromhex(match[3].decode())):
            self.wrong(where, "the signature is wrong")
        else:
            state = json.loads(match[1])
            return state if state["tenant_id"] == self.tenant else None
        return None

    def export(self, data):
        lines = data.split(b"\n")
        if lines.pop() != b"":
            self.wrong("the end", "the last line is not complete")
        for number, line in enumerate(lines, 1):
            record, signed = RECORD.fullmatch(line), SIGNED.fullmatch(line)
            if signed and number == len(lines) and self.last is not None:
                state = self.checkpoint("line %d" % number, signed)
                if not state or (state["sequence"], state["hash"]) != (self.last, self.hash):
                    self.wrong("line %d" % number, "does not sign the last record")
            elif record:
                try:
                    self.record(line, record)
                except (ValueError, KeyError, TypeError) as e:
                    self.wrong("line %d" % number, "is no record (%s)" % e)
            else:
                self.wrong("line %d" % number, "is no record")
        if not lines or not SIGNED.fullmatch(lines[-1]):
            self.wrong("the end", "nothing signs the last record")
        removed = [r.get("last_hash") for r in self.removals if r.get("last_sequence") == (self.first or 1) - 1]
        if self.first is not None and self.first > 1 and self.first_previous not in removed:
            self.wrong("record %s" % self.first, "the records before it are missing")
        if self.first == 1 and self.first_previous != "0" * 64:
            self.wrong("record 1", "it is not the first")

    def anchors(self, data):
        for number, line in enumerate(data.splitlines(), 1):
            match = SIGNED.fullmatch(line)
            state = self.checkpoint("checkpoint %d" % number, match) if match else None
            if state and state["sequence"] > (self.last or 0):
                self.wrong("record %s" % state["sequence"], "was signed and is missing")
            elif state and self.hashes.get(state["sequence"], state["hash"]) != state["hash"]:
                self.wrong("record %s" % state["sequence"], "is not the one that was signed")

def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("export")
    arguments.add_argument("--public-key", required=True)
    arguments.add_argument("--checkpoints")
    arguments.add_argument("--key", action="append", default=[], metavar="ID=HEX")
    given = arguments.parse_args()
    keys = {each.split("=")[0]: bytes.fromhex(each.split("=")[1]) for each in given.key}
    verifier = Verifier(given.public_key, keys)
    with open(given.export, "rb") as export:
        verifier.export(export.read())
    if given.checkpoints:
        with open(given.checkpoints, "rb") as checkpoints:
            verifier.anchors(checkpoints.read())
    for problem in verifier.problems:
        print(problem)
    if not verifier.problems:
        print("proven: records %s to %s of tenant %s" % (verifier.first, verifier.last, verifier.tenant))
    return 1 if verifier.problems else 0

if __name__ == "__main__":
    sys.exit(main())
