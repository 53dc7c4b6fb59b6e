import { hmac } from "@noble/hashes/hmac.js";
import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha224, sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { base64Decode, base64Encode } from "../../../machinery/index.ts";
import { PyBytes, type Value } from "../values.ts";
import { typeError, valueError } from "../vm/errors.ts";
import { functions } from "../vm/native.ts";
import { bytesOf, encoded } from "./encodings.ts";

const HASHES = { md5, sha1, sha224, sha256, sha384, sha512 } as const;
const data = (v: Value | undefined): Uint8Array => {
  const bytes = bytesOf(v as Value);
  if (bytes) return bytes;
  if (typeof v === "string") throw typeError("Strings must be encoded before hashing");
  throw typeError("object supporting the buffer API required");
};
const hashOf = (name: Value | undefined) => {
  const hash = HASHES[name as keyof typeof HASHES];
  if (!hash) throw valueError(`unsupported hash type ${String(name)}`);
  return hash;
};

/** What hashlib, hmac and base64 are built on. */
export function hashModule(): Map<string, Value> {
  return functions({
    _digest: ["name, data", (_, [name, v]) => new PyBytes(hashOf(name)(data(v)))],
    _hmac: ["name, key, data", (_, [name, key, v]) => new PyBytes(hmac(hashOf(name), data(key), data(v)))],
    _b64encode: [
      "data",
      (_, [v]) => {
        const bytes = bytesOf(v as Value);
        if (!bytes) throw typeError(`a bytes-like object is required, not 'str'`);
        return new PyBytes(encoded(base64Encode(bytes)));
      },
    ],
    _b64decode: [
      "text",
      (_, [text]) => {
        const bytes = base64Decode(String(text).replace(/[^A-Za-z0-9+/=]/g, ""));
        return typeof bytes === "number" ? null : new PyBytes(bytes);
      },
    ],
  });
}
