import { base64Decode, base64Encode } from "../../../machinery/index.ts";
import { colons } from "./facts.ts";
import { type Command, Complaint, entropy, hex, input, inputText, keyIn, optionsOf, output, trace } from "./types.ts";

export const random: Command = async (t, order) => {
  const o = optionsOf(order, { valued: ["out"], flags: ["hex", "base64"], missing: ["rand", "writerand", "engine"] });
  const [given] = o.operands;
  const count = given === undefined ? 0 : Number(given);
  if (!Number.isInteger(count) || count < 0) throw new Complaint(`rand: Can't parse "${given}" as a number\nrand: Use -help for summary.`);
  if (count > 16_777_216) throw new Complaint("rand: more than 16777216 bytes are not supported by this simulator");
  const bytes = entropy(t)(count);
  await output(t, o.value("out"), o.has("hex") ? `${hex(bytes)}\n` : o.has("base64") ? lines(base64Encode(bytes)) : bytes);
  return 0;
};

export const lines = (text: string): string => (text.match(/.{1,64}/g) ?? []).map((l) => `${l}\n`).join("");

export const base64: Command = async (t, order) => {
  const o = optionsOf(order, {
    valued: ["in", "out"],
    flags: ["d", "e", "a", "base64", "A"],
    missing: ["bufsize", "k", "pass"],
    unknown: "cipher",
  });
  const data = await input(t, o.value("in"));
  if (!o.has("d")) {
    const text = base64Encode(data);
    await output(t, o.value("out"), o.has("A") ? text : lines(text));
    return 0;
  }
  const decoded = base64Decode(new TextDecoder().decode(data).replace(/\s/g, ""));
  if (typeof decoded === "number") throw new Complaint("error reading input file");
  await output(t, o.value("out"), decoded);
  return 0;
};

const NAMES: Readonly<Record<string, string>> = {
  md5: "MD5",
  sha1: "SHA1",
  sha224: "SHA2-224",
  sha256: "SHA2-256",
  sha384: "SHA2-384",
  sha512: "SHA2-512",
};
const DIGESTS = Object.keys(NAMES);

export const digest: Command = async (t, order) => {
  const { tools, name } = order;
  const o = optionsOf(order, {
    valued: ["out", "sign", "verify", "prverify", "signature", "hmac"],
    flags: ["r", "c", "d", "hex", "binary"],
    missing: ["mac", "macopt", "sigopt", "passin", "keyform", "list", "xoflen", "sha3-256", "sha3-384", "sha3-512", "blake2b512", "sm3"],
    unknown: "digest",
  });
  const kind = name === "dgst" ? (o.names.findLast((n) => DIGESTS.includes(n)) ?? "sha256") : name;
  const sum = tools.digests[kind] as (data: Uint8Array) => Uint8Array;
  const signs = o.has("sign") || o.has("verify") || o.has("prverify");
  if (signs && kind !== "sha256") throw new Complaint(`dgst: signatures with ${kind} are not supported by this simulator: sha256 is there`);
  for (const path of o.operands.length > 0 ? o.operands : [undefined]) {
    let data: Uint8Array;
    try {
      data = await input(t, path);
    } catch (error) {
      if (!(error instanceof Complaint)) throw error;
      throw new Complaint(
        `${path}: No such file or directory${trace(`80000002:system library:file_ctrl:No such file or directory:../crypto/bio/bss_file.c:297:calling fopen(${path}, r)`, "10080002:BIO routines:file_ctrl:system lib:../crypto/bio/bss_file.c:300:")}`,
      );
    }
    if (o.has("verify") || o.has("prverify")) {
      const signature = o.value("signature");
      if (signature === undefined) throw new Complaint("No signature to verify: use the -signature option");
      const keyInfo = o.has("verify")
        ? tools.readPublicKey(await inputText(t, o.value("verify"), "public key"))
        : (await keyIn(t, tools, o.value("prverify"), "private key")).keyInfo;
      if (!keyInfo) throw new Complaint(`Could not read public key from ${o.value("verify")}`);
      const algorithm = keyInfo.length < 150 ? "1.2.840.10045.4.3.2" : "1.2.840.113549.1.1.11";
      const good = tools.verifySignature(keyInfo, algorithm, data, await input(t, signature)) === true;
      await t.out(good ? "Verified OK\n" : "Verification failure\n");
      if (!good) return 1;
      continue;
    }
    if (o.has("sign")) {
      const signature = (await keyIn(t, tools, o.value("sign"))).sign(data);
      await output(t, o.value("out"), o.has("hex") ? `SHA2-256(${path ?? "stdin"})= ${hex(signature)}\n` : signature);
      continue;
    }
    const secret = o.value("hmac");
    const bytes = secret === undefined ? sum(data) : tools.hmac(kind, new TextEncoder().encode(secret), data);
    // Without being told which, it names its own by the short name.
    const label = name === "dgst" && !o.names.includes(kind) ? kind.toUpperCase() : NAMES[kind];
    const text = o.has("c") ? colons(bytes).toLowerCase() : hex(bytes);
    if (o.has("binary")) await output(t, o.value("out"), bytes);
    else
      await output(
        t,
        o.value("out"),
        o.has("r")
          ? `${hex(bytes)} *${path ?? "stdin"}\n`
          : `${secret === undefined ? "" : "HMAC-"}${label}(${path ?? "stdin"})= ${text}\n`,
      );
  }
  return 0;
};
