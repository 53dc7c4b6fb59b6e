import { parseSections, settingOf } from "./config.ts";
import { type Settings, writeExtensions } from "./extensions.ts";
import { requestFacts } from "./facts.ts";
import { modulusText } from "./key-text.ts";
import { askSubject } from "./questions.ts";
import { distinguished, LONG_NAMES, nameStyle, parseSubject } from "./subject.ts";
import {
  type Command,
  Complaint,
  entropy,
  inputText,
  keyIn,
  type KeyTools,
  optionsOf,
  type Options,
  output,
  type Order,
  trace,
} from "./types.ts";
import { serialIn } from "./x509.ts";
import type { Tool } from "../tool.ts";

const DAY = 86_400_000;
const ACCEPTED = {
  valued: [
    "in",
    "out",
    "key",
    "keyout",
    "newkey",
    "subj",
    "days",
    "addext",
    "config",
    "extensions",
    "reqexts",
    "pkeyopt",
    "set_serial",
    "nameopt",
    "outform",
  ],
  flags: ["new", "x509", "nodes", "noenc", "noout", "text", "subject", "verify", "pubkey", "modulus", "batch", "utf8", "verbose", "quiet"],
  missing: [
    "passin",
    "passout",
    "CA",
    "CAkey",
    "copy_extensions",
    "section",
    "reqopt",
    "inform",
    "keyform",
    "keyout_form",
    "asn1-kludge",
    "newhdr",
    "multivalue-rdn",
    "precert",
    "sigopt",
    "vfyopt",
    "x509v1",
  ],
  unknown: "digest",
} as const;
/** What Debian's openssl.cnf gives a certificate that signs itself. */
const AUTHORITY: Settings = [
  ["subjectKeyIdentifier", "hash"],
  ["authorityKeyIdentifier", "keyid:always,issuer"],
  ["basicConstraints", "critical,CA:true"],
];

/** openssl req: a request, or with -x509 a certificate that signs itself. */
export const request: Command = async (t, order) => {
  const o = optionsOf(order, ACCEPTED);
  if (o.operands.length > 0) throw new Complaint("req: Use -help for summary.");
  return o.has("new") || o.has("x509") || o.has("newkey") ? make(t, order, o) : show(t, order, o);
};

async function show(t: Tool, { tools }: Order, o: Options): Promise<number> {
  const style = nameStyle(o.value("nameopt"));
  if (!style) throw new Complaint(`req: -nameopt ${o.value("nameopt")} is not supported by this simulator`);
  const pem = await inputText(t, o.value("in"), undefined, "Unable to load X509 request");
  let csr;
  try {
    csr = tools.readRequest(pem);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new Complaint(
      `Unable to load X509 request${trace("0480006C:PEM routines:get_name:no start line:../crypto/pem/pem_lib.c:760:Expecting: CERTIFICATE REQUEST")}`,
    );
  }
  if (o.has("verify")) {
    const good = tools.verifySignature(csr.keyInfo, csr.algorithm, csr.signed, csr.signature);
    await t.proc.stderr.write(
      good ? "Certificate request self-signature verify OK\n" : "Certificate request self-signature did not match the contents\n",
    );
  }
  if (o.has("pubkey")) await t.out(tools.toPem("PUBLIC KEY", csr.keyInfo));
  if (o.has("text")) await t.out(requestFacts(tools, pem, style));
  if (o.has("subject")) await t.out(`subject=${distinguished(tools.readDn(csr.rawSubject), style)}\n`);
  if (o.has("modulus")) await t.out(modulusText(tools, csr.keyInfo));
  if (!o.has("noout")) await written(t, o, tools, pem);
  return 0;
}

async function written(t: Tool, o: Options, tools: KeyTools, pem: string): Promise<void> {
  const block = tools.fromPem(pem);
  const der = /^der$/i.test(o.value("outform") ?? "");
  await output(t, o.value("out"), der ? (block?.bytes ?? pem) : block ? tools.toPem(block.label, block.bytes) : pem);
}

async function make(t: Tool, order: Order, o: Options): Promise<number> {
  const { tools } = order;
  const config = o.value("config");
  const sections = parseSections(config === undefined ? "" : await inputText(t, config));
  const key = o.has("key") ? await keyIn(t, tools, o.value("key")) : await newKey(t, order, o, sections);
  const dn = await subject(t, order, o, sections);
  const self = o.has("x509");
  const section =
    (self ? o.value("extensions") : (o.value("reqexts") ?? o.value("extensions"))) ??
    settingOf(sections, "req", self ? "x509_extensions" : "req_extensions");
  const named = section === undefined ? (self && config === undefined ? AUTHORITY : []) : sections.get(section);
  if (!named) throw new Complaint(`Error checking ${self ? "x509" : "request"} extension section ${section}`);
  const added = o.all("addext").map((text): readonly [string, string] => {
    const [name = "", value = ""] = text.split(/=([\s\S]*)/, 2);
    return [name.trim(), value.trim()];
  });
  // What is added later stands for what was there before it.
  const settings = [...named.filter(([name]) => !added.some(([other]) => other === name)), ...added];
  const extensions = writeExtensions(tools, settings, sections, { keyInfo: key.keyInfo });
  if (typeof extensions === "string") throw new Complaint(`req: ${extensions}`);
  const name = tools.writeDn(dn);
  if (!self) {
    await written(t, o, tools, tools.writeRequest(key, name, extensions));
    return 0;
  }
  const days = o.value("days") ?? "30";
  if (!/^-?\d+$/.test(days)) throw new Complaint(`req: Can't parse "${days}" as a number\nreq: Use -help for summary.`);
  const now = Math.floor(t.proc.clock.now() / 1000) * 1000;
  const serial = o.value("set_serial");
  const content = {
    serial: serial === undefined ? tools.serialOf(entropy(t)(20)) : serialIn(serial),
    subject: name,
    keyInfo: key.keyInfo,
    notBefore: now,
    notAfter: now + Number(days) * DAY,
    usages: [],
    extensions,
  };
  const der = tools.writeCertificate(content, { name, keyId: tools.keyIdOf(key.keyInfo), algorithm: key.algorithm, sign: key.sign });
  await written(t, o, tools, tools.toPem("CERTIFICATE", der));
  return 0;
}

async function newKey(t: Tool, { tools }: Order, o: Options, sections: ReturnType<typeof parseSections>) {
  const kind = (o.value("newkey") ?? "rsa:2048").toLowerCase();
  if (!/^(rsa(:\d+)?|ec)$/.test(kind))
    throw new Complaint(`req: -newkey ${kind} is not supported by this simulator: rsa:2048 and ec are there`);
  if (!o.has("nodes") && !o.has("noenc") && settingOf(sections, "req", "encrypt_key") !== "no")
    throw new Complaint("req: encrypted keys are not supported by this simulator: use -nodes");
  const size = /:(\d+)$/.exec(kind)?.[1];
  if (size !== undefined && !["2048", "3072", "4096"].includes(size))
    throw new Complaint(`req: a key of ${size} bits is not supported by this simulator: keys have 2048`);
  if (size !== undefined && size !== "2048") await t.proc.stderr.write(`openssl: keys have 2048 bits in this simulator, not ${size}\n`);
  await t.proc.cpu(kind === "ec" ? 2 : 80);
  const key = tools.newKey(kind === "ec" ? "EC" : "RSA", entropy(t));
  // The real one draws its search for primes; this one does not show what it did not do.
  await t.proc.stderr.write("-----\n");
  await output(t, o.value("keyout") ?? settingOf(sections, "req", "default_keyfile") ?? "privkey.pem", key.pem, 0o600);
  return key;
}

/** Of -subj, of a configuration that does not ask, or of who is asked. */
async function subject(t: Tool, { tools }: Order, o: Options, sections: ReturnType<typeof parseSections>) {
  const given = o.value("subj");
  if (given !== undefined) {
    const parsed = parseSubject(given, tools);
    if (typeof parsed === "string") throw new Complaint(parsed);
    for (const name of parsed.skipped) await t.proc.stderr.write(`req warning: Skipping unknown subject name attribute "${name}"\n`);
    return parsed.dn;
  }
  const fixed = sections.get(settingOf(sections, "req", "distinguished_name") ?? "") ?? [];
  if (settingOf(sections, "req", "prompt") === "no")
    // A key can come twice, numbered: "0.organizationName".
    return fixed.map(([key, value]): readonly [string, string] => {
      const name = key.replace(/^\d+\./, "");
      const short = Object.entries(LONG_NAMES).find(([, long]) => long === name)?.[0] ?? name;
      if (!tools.isAttribute(short)) throw new Complaint(`req: Error adding subject: unknown object name ${name}`);
      return [short, value];
    });
  const answers = await askSubject(t, sections, !o.has("x509"));
  if (typeof answers === "string") throw new Complaint(answers);
  return answers;
}
