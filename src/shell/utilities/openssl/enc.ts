import { base64Decode, base64Encode } from "../../../machinery/index.ts";
import { askHidden } from "../accounts/ask.ts";
import { decrypt, encrypt } from "./aes.ts";
import { base64, lines } from "./bytes.ts";
import { type Command, Complaint, entropy, hex, input, inputText, optionsOf, output, trace } from "./types.ts";

const KEY_BYTES: Readonly<Record<string, number>> = {
  "aes-128-cbc": 16,
  "aes-192-cbc": 24,
  "aes-256-cbc": 32,
  aes128: 16,
  aes192: 24,
  aes256: 32,
};
export const CIPHERS = Object.keys(KEY_BYTES);
const OTHERS = /^(aes-\d+-\w+|aria|camellia|chacha20|des|des3|des-ede3(-cbc)?|bf(-cbc)?|rc4|sm4-\w+|id-aes\w+)/;
const MAGIC = new TextEncoder().encode("Salted__");
/** Work is bounded: a round is a hash of 64 bytes. */
const MOST_ROUNDS = 2_000_000;

const unhex = (text: string, length: number): Uint8Array =>
  Uint8Array.from(text.padEnd(length * 2, "0").match(/../g) ?? [], (h) => Number.parseInt(h, 16)).subarray(0, length);

/** openssl enc, and the ciphers by their own names. */
export const encipher: Command = async (t, order) => {
  const { tools, name, args } = order;
  if (name === "enc" && !args.some((a) => CIPHERS.includes(a.replace(/^-/, "")))) {
    const other = args.map((a) => a.replace(/^-/, "")).find((a) => OTHERS.test(a));
    if (other !== undefined)
      throw new Complaint(`enc: the cipher ${other} is not supported by this simulator: ${CIPHERS.slice(0, 3).join(", ")} are there`);
    if (args.some((a) => a === "-base64" || a === "-a")) return base64(t, order);
    const bad = args.find((a) => a.startsWith("-") && !["-e", "-d", "-in", "-out", "-none"].includes(a));
    throw new Complaint(
      bad === undefined
        ? "enc: a cipher is needed"
        : `enc: Unknown cipher: ${bad.slice(1)}\nenc: Use -help for summary.${trace(`0308010C:digital envelope routines:inner_evp_generic_fetch:unsupported:../crypto/evp/evp_fetch.c:386:Global default library context, Algorithm (${bad.slice(1)} : 0), Properties (<null>)`)}`,
    );
  }
  const o = optionsOf(order, {
    valued: ["in", "out", "k", "pass", "kfile", "S", "K", "iv", "iter", "md"],
    flags: ["e", "d", "a", "base64", "A", "pbkdf2", "salt", "nosalt", "p", "P", ...CIPHERS],
    missing: ["nopad", "none", "z", "bufsize", "engine", "v", "debug"],
    unknown: "cipher",
  });
  const cipher = name === "enc" ? (o.names.find((n) => CIPHERS.includes(n)) as string) : name;
  const size = KEY_BYTES[cipher] as number;
  const backwards = o.has("d");
  const text = o.has("a") || o.has("base64");
  let data = await input(t, o.value("in"));
  if (backwards && text) {
    const raw = base64Decode(new TextDecoder().decode(data).replace(/\s/g, ""));
    if (typeof raw === "number") throw new Complaint("error reading input file");
    data = raw;
  }
  const salted = o.has("K") ? undefined : o.has("nosalt") ? undefined : "yes";
  let salt: Uint8Array | undefined;
  if (salted) {
    if (o.has("S")) salt = unhex(o.value("S") as string, 8);
    else if (!backwards) salt = entropy(t)(8);
    else {
      if (data.length < 16 || !MAGIC.every((b, i) => data[i] === b)) throw new Complaint("bad magic number");
      salt = data.subarray(8, 16);
      data = data.subarray(16);
    }
  }
  let key: Uint8Array;
  let iv: Uint8Array;
  if (o.has("K")) {
    if (!o.has("iv")) throw new Complaint("iv undefined");
    key = unhex(o.value("K") as string, size);
    iv = unhex(o.value("iv") as string, 16);
  } else {
    const rounds = Number(o.value("iter") ?? 10_000);
    if (!Number.isInteger(rounds) || rounds < 1)
      throw new Complaint(`enc: Non-positive number "${o.value("iter")}" for option -iter\nenc: Use -help for summary.`);
    if (rounds > MOST_ROUNDS) throw new Complaint(`enc: more than ${MOST_ROUNDS} rounds are not supported by this simulator`);
    const md = o.value("md") ?? "sha256";
    if (!tools.digests[md]) throw new Complaint(`enc: the digest ${md} is not supported by this simulator`);
    const secret = new TextEncoder().encode(await passphrase());
    const slow = o.has("pbkdf2") || o.has("iter");
    if (!slow) await t.proc.stderr.write("*** WARNING : deprecated key derivation used.\nUsing -iter or -pbkdf2 would be better.\n");
    await t.proc.cpu(slow ? Math.ceil(rounds / 1000) : 1);
    const made = slow ? tools.pbkdf2(md, secret, salt ?? new Uint8Array(), rounds, size + 16) : older(md, secret, salt);
    key = made.subarray(0, size);
    iv = o.has("iv") ? unhex(o.value("iv") as string, 16) : made.subarray(size, size + 16);
  }
  if (o.has("p") || o.has("P")) {
    await t.out(`${salt ? `salt=${hex(salt).toUpperCase()}\n` : ""}key=${hex(key).toUpperCase()}\niv =${hex(iv).toUpperCase()}\n`);
    if (o.has("P")) return 0;
  }
  if (backwards) {
    const { text: plain, problem } = decrypt(key, iv, data);
    await output(t, o.value("out"), plain);
    if (!problem) return 0;
    await t.flush();
    throw new Complaint(
      `bad decrypt${trace(
        problem === "length"
          ? "1C80006B:Provider routines:ossl_cipher_generic_block_final:wrong final block length:../providers/implementations/ciphers/ciphercommon.c:434:"
          : "1C800064:Provider routines:ossl_cipher_unpadblock:bad decrypt:../providers/implementations/ciphers/ciphercommon_block.c:124:",
      )}`,
    );
  }
  const sealed = encrypt(key, iv, data);
  // A salt that was given is known to who decrypts (openssl: enc.c since 3.0).
  const bytes = salt && !o.has("S") ? Uint8Array.from([...MAGIC, ...salt, ...sealed]) : sealed;
  await output(t, o.value("out"), text ? (o.has("A") ? base64Encode(bytes) : lines(base64Encode(bytes))) : bytes);
  return 0;

  async function passphrase(): Promise<string> {
    const given = o.value("k") ?? (o.has("kfile") ? undefined : o.value("pass"));
    if (o.has("kfile")) return ((await inputText(t, o.value("kfile"))).split("\n", 1)[0] as string).trimEnd();
    if (given !== undefined && !o.has("k")) {
      const [kind, value = ""] = given.split(/:(.*)/s, 2) as [string, string?];
      if (kind === "pass") return value;
      if (kind === "env") return t.proc.env[value] ?? "";
      if (kind === "file") return (await inputText(t, value)).split("\n", 1)[0] as string;
      if (given === "stdin") throw new Complaint("enc: -pass stdin is not supported by this simulator");
      throw new Complaint(`Invalid password argument, starting with "${kind}"\nError getting password`);
    }
    if (given !== undefined) return given;
    const way = backwards ? "decryption" : "encryption";
    const first = await askHidden(t, `enter ${cipher.toUpperCase()} ${way} password:`);
    if (first === undefined) throw new Complaint("bad password read");
    if (!backwards && (await askHidden(t, `Verifying - enter ${cipher.toUpperCase()} ${way} password:`)) !== first)
      throw new Complaint("Verify failure\nbad password read");
    return first;
  }
  /** EVP_BytesToKey with one round. */
  function older(md: string, secret: Uint8Array, with_: Uint8Array | undefined): Uint8Array {
    const sum = tools.digests[md] as (d: Uint8Array) => Uint8Array;
    let all: readonly number[] = [];
    for (let last = new Uint8Array(); all.length < size + 16; all = [...all, ...last])
      last = Uint8Array.from(sum(Uint8Array.from([...last, ...secret, ...(with_ ?? [])])));
    return Uint8Array.from(all);
  }
};
