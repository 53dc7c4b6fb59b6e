import { loadKeyTools } from "../../pki/index.ts";
import { loadLater } from "../../runtime/index.ts";
import { base64, digest, random } from "./openssl/bytes.ts";
import { client } from "./openssl/client.ts";
import { CIPHERS, encipher } from "./openssl/enc.ts";
import { makeKey, pkcs8, showKey } from "./openssl/keys.ts";
import { password } from "./openssl/passwd.ts";
import { request } from "./openssl/req.ts";
import { type Command, Complaint } from "./openssl/types.ts";
import { verify } from "./openssl/verify.ts";
import { certificate } from "./openssl/x509.ts";
import type { Utility } from "./tool.ts";

const tools = loadLater(loadKeyTools);
const VERSION = "3.0.19 27 Jan 2026";

const COMMANDS: Readonly<Record<string, Command>> = {
  base64,
  dgst: digest,
  ec: showKey,
  ecparam: makeKey,
  enc: encipher,
  genpkey: makeKey,
  genrsa: makeKey,
  md5: digest,
  passwd: password,
  pkcs8,
  pkey: showKey,
  rand: random,
  req: request,
  rsa: showKey,
  s_client: client,
  sha1: digest,
  sha224: digest,
  sha256: digest,
  sha384: digest,
  sha512: digest,
  verify,
  x509: certificate,
  ...Object.fromEntries(CIPHERS.map((name) => [name, encipher])),
};
/** Of the real one, and not here. */
const MISSING =
  "asn1parse ca ciphers cmp cms crl crl2pkcs7 dhparam dsa dsaparam engine errstr fipsinstall gendsa info kdf list mac nseq ocsp pkcs12 pkcs7 pkeyparam pkeyutl prime rehash rsautl s_server s_time sess_id smime speed spkac srp storeutl ts blake2b512 blake2s256 md4 sha3-224 sha3-256 sha3-384 sha3-512 sha512-224 sha512-256 shake128 shake256 sm3".split(
    " ",
  );

export const openssl: Utility = {
  name: "openssl",
  usage: "command [ command-options ] [ command-arguments ]",
  about: "Keys, requests and certificates, and a TLS client",
  flags: {},
  parse: "raw",
  async run(t) {
    const [name, ...args] = t.args;
    if (name === undefined || name === "help") {
      await t.proc.stderr.write(`help:\n\nStandard commands of this simulator\n${Object.keys(COMMANDS).join(" ")} version\n`);
      return 0;
    }
    if (name === "version") {
      await t.out(`OpenSSL ${VERSION} (Library: OpenSSL ${VERSION})\n`);
      return 0;
    }
    const run = COMMANDS[name];
    if (!run) {
      await t.proc.stderr.write(
        MISSING.includes(name)
          ? `openssl: ${name} is not supported by this simulator\n`
          : `Invalid command '${name}'; type "help" for a list.\n`,
      );
      return 1;
    }
    try {
      if (args.includes("-help")) throw new Complaint(`${name}: -help is not supported by this simulator: man openssl`, 0);
      return await run(t, { name, args, tools: await t.proc.code(tools) });
    } catch (error) {
      if (!(error instanceof Complaint)) throw error;
      await t.flush();
      await t.proc.stderr.write(`${error.message}\n`);
      return error.code;
    }
  },
};
