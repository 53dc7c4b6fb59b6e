import type { Tool } from "../tool.ts";
import { keyText, modulusText, privateKeyText, rsaParts } from "./key-text.ts";
import { type Command, Complaint, entropy, inputText, keyIn, optionsOf, type Options, output, type Order, trace } from "./types.ts";

const CIPHERS = ["des3", "aes128", "aes192", "aes256", "aes-128-cbc", "aes-256-cbc"];
const MISSING = [...CIPHERS, "passin", "passout", "RSAPublicKey_in", "RSAPublicKey_out", "param_out", "conv_form", "param_enc"];
const SHOWING = {
  valued: ["in", "out", "inform", "outform"],
  flags: ["pubin", "pubout", "noout", "text", "modulus", "check", "traditional", "text_pub", "pubcheck"],
  missing: MISSING,
  unknown: "cipher",
} as const;

/** rsa, ec and pkey: keys shown and turned into other forms. */
export const showKey: Command = async (t, order) => {
  const { tools, name } = order;
  const o = optionsOf(order, SHOWING);
  for (const form of [o.value("inform"), o.value("outform")])
    if (form !== undefined && !/^(pem|der)$/i.test(form)) throw new Complaint(`${name}: Invalid format "${form}" for option`);
  const kind = name === "rsa" ? "RSA" : name === "ec" ? "EC" : undefined;
  if (name === "ec") await t.proc.stderr.write("read EC key\n");
  if (o.has("pubin")) return showPublic(t, order, o);
  const pem = /^der$/i.test(o.value("inform") ?? "") ? undefined : o.value("in");
  if (o.has("inform") && /^der$/i.test(o.value("inform") as string))
    throw new Complaint(`${name}: -inform DER of private keys is not supported by this simulator`);
  const key = await keyIn(t, tools, pem, name === "pkey" ? "key" : "private key");
  if (kind === "RSA" && key.kind !== "RSA") throw new Complaint("Not an RSA key");
  const der = /^der$/i.test(o.value("outform") ?? "");
  const body = (): string | Uint8Array => {
    if (o.has("pubout")) return der ? key.keyInfo : tools.toPem("PUBLIC KEY", key.keyInfo);
    const old = name === "ec" || (o.has("traditional") && name !== "ec");
    if (!old) return der ? key.pkcs8 : key.pem;
    return der ? key.traditional : tools.toPem(`${key.kind} PRIVATE KEY`, key.traditional);
  };
  // pkey shows the key before what is said of it, the others after.
  if (name === "pkey") {
    if (o.has("check")) await t.out("Key is valid\n");
    if (!o.has("noout")) await output(t, o.value("out"), body(), 0o600);
    if (o.has("text")) await t.out(privateKeyText(tools, key));
    else if (o.has("text_pub")) await t.out(keyText(tools, key.keyInfo, ""));
    return 0;
  }
  if (o.has("text")) await output(t, o.has("noout") ? o.value("out") : undefined, privateKeyText(tools, key));
  if (o.has("modulus")) await t.out(modulusText(tools, key.keyInfo));
  if (o.has("check")) await (key.kind === "RSA" ? t.out("RSA key ok\n") : t.proc.stderr.write("EC Key valid.\n"));
  if (o.has("noout")) return 0;
  await t.flush();
  await t.proc.stderr.write(`writing ${name.toUpperCase()} key\n`);
  await output(t, o.value("out"), body(), 0o600);
  return 0;
};

async function showPublic(t: Tool, { name, tools }: Order, o: Options): Promise<number> {
  const from = o.value("in") ?? "<stdin>";
  let keyInfo: Uint8Array | undefined;
  if (/^der$/i.test(o.value("inform") ?? "")) throw new Complaint(`${name}: -inform DER of public keys is not supported by this simulator`);
  keyInfo = tools.readPublicKey(await inputText(t, o.value("in"), "public key"));
  if (!keyInfo) throw new Complaint(`Could not read public key from ${from}`);
  if (name === "rsa" && !rsaParts(tools, keyInfo)) throw new Complaint("Not an RSA key");
  const text = o.has("text") || o.has("text_pub") ? keyText(tools, keyInfo, "") : "";
  const key = /^der$/i.test(o.value("outform") ?? "") ? keyInfo : tools.toPem("PUBLIC KEY", keyInfo);
  if (name !== "pkey") {
    await t.out(text);
    if (o.has("modulus")) await t.out(modulusText(tools, keyInfo));
  }
  if (!o.has("noout")) {
    await t.flush();
    if (name !== "pkey") await t.proc.stderr.write(`writing ${name.toUpperCase()} key\n`);
    await output(t, o.value("out"), key);
  }
  if (name === "pkey") await t.out(text);
  return 0;
}

/** genrsa, genpkey and ecparam make keys. */
export const makeKey: Command = async (t, order) => {
  const { name } = order;
  if (name === "ecparam") return curve(t, order);
  const o = optionsOf(order, {
    valued: ["out", "outform", ...(name === "genpkey" ? ["algorithm", "pkeyopt"] : [])],
    flags: ["traditional", "verbose", "F4", "f4", "text", "quiet"],
    missing: [...MISSING, "paramfile", "genparam", "primes", "3", "rand", "writerand"],
    unknown: "cipher",
  });
  if (name === "genrsa") return make(t, order, "RSA", o, o.operands[0]);
  const asked = o.value("algorithm");
  if (asked === undefined) throw new Complaint("genpkey: Use -help for summary.");
  const algorithm = asked.toUpperCase();
  if (["ED25519", "X25519", "ED448", "X448", "DSA", "DH", "RSA-PSS"].includes(algorithm))
    throw new Complaint(`genpkey: -algorithm ${asked} is not supported by this simulator: RSA and EC (P-256) are there`);
  if (algorithm !== "RSA" && algorithm !== "EC")
    throw new Complaint(
      `Error initializing ${asked} context${trace(`0308010C:digital envelope routines:inner_evp_generic_fetch:unsupported:../crypto/evp/evp_fetch.c:386:Global default library context, Algorithm (${asked} : 0), Properties (<null>)`)}`,
    );
  let size: string | undefined;
  for (const option of o.all("pkeyopt")) {
    const [key, value = ""] = option.split(":");
    if (key === "rsa_keygen_bits") size = value;
    else if (key === "ec_paramgen_curve") sameCurve(value);
    else if (key !== "ec_param_enc" && key !== "rsa_keygen_pubexp") throw new Complaint(`genpkey: Error setting ${option} parameter`);
  }
  return make(t, order, algorithm, o, size);
};

function sameCurve(name: string): void {
  if (["P-256", "prime256v1"].includes(name)) return;
  throw new Complaint(
    /^(P-(192|224|384|521)|secp\w+|sect\w+|brainpool\w+|prime\w+)$/.test(name)
      ? `the curve ${name} is not supported by this simulator: P-256 (prime256v1) is there`
      : `ecparam: unknown curve name (${name})`,
  );
}

const PARAMETERS = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
async function curve(t: Tool, order: Order): Promise<number> {
  const o = optionsOf(order, {
    valued: ["name", "out", "outform"],
    flags: ["genkey", "noout"],
    missing: ["in", "list_curves", "text", "check", "conv_form", "param_enc"],
  });
  const name = o.value("name");
  if (name === undefined) throw new Complaint("ecparam: without -name is not supported by this simulator");
  sameCurve(name);
  const key = o.has("genkey") ? order.tools.newKey("EC", entropy(t)) : undefined;
  await t.proc.cpu(2);
  const text = `${o.has("noout") ? "" : PARAMETERS}${key ? order.tools.toPem("EC PRIVATE KEY", key.traditional) : ""}`;
  await output(t, o.value("out"), text, 0o600);
  return 0;
}

async function make(t: Tool, { name, tools }: Order, algorithm: "RSA" | "EC", o: Options, size: string | undefined): Promise<number> {
  if (algorithm === "RSA" && size !== undefined && !["2048", "4096", "3072"].includes(size)) {
    if (!/^\d+$/.test(size)) throw new Complaint(`${name}: Can't parse "${size}" as a number\n${name}: Use -help for summary.`);
    throw new Complaint(`${name}: a key of ${size} bits is not supported by this simulator: keys have 2048`);
  }
  // Finding primes is work; all keys here have 2048 bits, which is what a larger one is told.
  if (algorithm === "RSA" && size !== undefined && size !== "2048")
    await t.proc.stderr.write(`openssl: keys have 2048 bits in this simulator, not ${size}\n`);
  await t.proc.cpu(algorithm === "RSA" ? 80 : 2);
  const key = tools.newKey(algorithm, entropy(t));
  const der = /^der$/i.test(o.value("outform") ?? "");
  const old = o.has("traditional") && name === "genrsa";
  const [bytes, label] = old ? [key.traditional, `${algorithm} PRIVATE KEY`] : [key.pkcs8, "PRIVATE KEY"];
  await output(t, o.value("out"), der ? bytes : tools.toPem(label, bytes), 0o600);
  if (o.has("text")) await t.out(privateKeyText(tools, key));
  return 0;
}

/** openssl pkcs8, the half that needs no password. */
export const pkcs8: Command = async (t, order) => {
  const o = optionsOf(order, {
    valued: ["in", "out", "inform", "outform"],
    flags: ["topk8", "nocrypt", "traditional"],
    missing: ["v1", "v2", "iter", "noiter", "scrypt", "passin", "passout"],
  });
  if (!o.has("nocrypt")) throw new Complaint("pkcs8: encrypted keys are not supported by this simulator: use -nocrypt");
  const key = await keyIn(t, order.tools, o.value("in"), "key");
  const old = o.has("traditional");
  const der = /^der$/i.test(o.value("outform") ?? "");
  await output(
    t,
    o.value("out"),
    old ? (der ? key.traditional : order.tools.toPem(`${key.kind} PRIVATE KEY`, key.traditional)) : der ? key.pkcs8 : key.pem,
    0o600,
  );
  return 0;
};
