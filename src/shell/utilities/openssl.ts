import { loadKeyTools } from "../../pki/index.ts";
import { Errno, loadLater } from "../../runtime/index.ts";
import { base64, digest, random } from "./openssl/bytes.ts";
import { privateKey } from "./openssl/keys.ts";
import { client } from "./openssl/client.ts";
import { request } from "./openssl/req.ts";
import type { Command } from "./openssl/types.ts";
import { certificate, verify } from "./openssl/x509.ts";
import type { Utility } from "./tool.ts";

const tools = loadLater(loadKeyTools);

const COMMANDS: Readonly<Record<string, Command>> = {
  rand: random,
  base64,
  enc: base64,
  dgst: digest,
  md5: digest,
  sha1: digest,
  sha256: digest,
  sha384: digest,
  sha512: digest,
  genrsa: privateKey,
  genpkey: privateKey,
  ecparam: privateKey,
  rsa: privateKey,
  ec: privateKey,
  pkey: privateKey,
  req: request,
  x509: certificate,
  verify,
  s_client: client,
};
/** Of the real one, and not here. */
const MISSING = [
  "s_server",
  "passwd",
  "pkcs12",
  "pkcs8",
  "ca",
  "crl",
  "speed",
  "rsautl",
  "pkeyutl",
  "dhparam",
  "asn1parse",
  "ocsp",
  "smime",
  "cms",
  "ciphers",
  "list",
];

export const openssl: Utility = {
  name: "openssl",
  usage: "command [ command-options ] [ command-arguments ]",
  about: "Keys, requests and certificates, and a TLS client",
  flags: {},
  parse: "raw",
  async run(t) {
    const [name, ...args] = t.args;
    if (name === undefined || name === "help") {
      await t.proc.stderr.write(`help:\n\nStandard commands\n${Object.keys(COMMANDS).join(" ")} version\n`);
      return 0;
    }
    if (name === "version") {
      await t.out("OpenSSL 3.0.17 1 Jul 2025 (Library: OpenSSL 3.0.17 1 Jul 2025)\n");
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
      return await run(t, { name, args, tools: await t.proc.code(tools) });
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      const what = name === "x509" || name === "verify" ? "certificate" : "private key";
      await t.proc.stderr.write(
        `Could not open file or uri for loading ${what} from ${error.path ?? ""}\n${what === "certificate" ? "Unable to load certificate\n" : ""}`,
      );
      return 1;
    }
  },
};
