import { parseSections, settingOf, type Sections } from "./config.ts";
import { moment, shown } from "./dates.ts";
import { writeExtensions } from "./extensions.ts";
import { colons, extensionText, facts } from "./facts.ts";
import { modulusText } from "./key-text.ts";
import { distinguished, nameStyle, subjectText } from "./subject.ts";
import {
  type Command,
  Complaint,
  entropy,
  hex,
  input,
  inputText,
  keyIn,
  type KeyTools,
  optionsOf,
  type Options,
  output,
  type Order,
  trace,
} from "./types.ts";
import { extensionId, EXTENSIONS } from "./usages.ts";
import type { Tool } from "../tool.ts";

const DAY = 86_400_000;
const SUBJECT_KEY = "2.5.29.14";

/** The first certificate of a file, in PEM or DER. */
export function loadCertificate(tools: KeyTools, bytes: Uint8Array): Uint8Array | undefined {
  const pem = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/.exec(new TextDecoder().decode(bytes))?.[0];
  if (pem !== undefined) return tools.fromPem(pem)?.bytes;
  if (bytes[0] !== 0x30) return undefined;
  try {
    tools.certificateFacts(bytes);
    return bytes;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return undefined;
  }
}

const ACCEPTED = {
  valued: [
    "in",
    "out",
    "CA",
    "CAkey",
    "CAserial",
    "days",
    "ext",
    "checkend",
    "checkhost",
    "checkip",
    "extfile",
    "extensions",
    "set_serial",
    "signkey",
    "key",
    "nameopt",
    "dateopt",
    "inform",
    "outform",
    "copy_extensions",
  ],
  flags: [
    "req",
    "noout",
    "text",
    "subject",
    "issuer",
    "serial",
    "dates",
    "startdate",
    "enddate",
    "fingerprint",
    "pubkey",
    "modulus",
    "hash",
    "subject_hash",
    "issuer_hash",
    "email",
    "CAcreateserial",
  ],
  missing: [
    "passin",
    "new",
    "x509toreq",
    "force_pubkey",
    "subj",
    "preserve_dates",
    "purpose",
    "trustout",
    "alias",
    "certopt",
    "checkemail",
    "vfyopt",
    "sigopt",
    "clrext",
    "C",
    "ocspid",
    "ocsp_uri",
    "badsig",
    "keyform",
    "CAform",
    "CAkeyform",
    "addtrust",
    "setalias",
    "next_serial",
    "subject_hash_old",
    "issuer_hash_old",
    "not_before",
    "not_after",
  ],
  unknown: "digest",
} as const;

export const certificate: Command = async (t, order) => {
  const { tools } = order;
  const o = optionsOf(order, ACCEPTED);
  if (o.operands.length > 0) throw new Complaint("x509: Use -help for summary.");
  if (o.has("req")) return sign(t, order, o);
  if (o.has("CA") || o.has("signkey") || o.has("key")) throw new Complaint("x509: signing without -req is not supported by this simulator");
  const style = nameStyle(o.value("nameopt"));
  if (!style) throw new Complaint(`x509: -nameopt ${o.value("nameopt")} is not supported by this simulator`);
  const der = loadCertificate(tools, await input(t, o.value("in"), "certificate", "Unable to load certificate"));
  if (!der) throw new Complaint(`Could not read certificate from ${o.value("in") ?? "<stdin>"}\nUnable to load certificate`);
  const c = tools.certificateFacts(der);
  const lines: string[] = [];
  const name = (raw: Uint8Array): string => distinguished(tools.readDn(raw), style);
  const date = (text: string): string => shown(text, o.value("dateopt"));
  // In the order that they are asked for.
  const say: Readonly<Record<string, () => string | Promise<string>>> = {
    subject: () => `subject=${name(c.subject)}\n`,
    issuer: () => `issuer=${name(c.issuer)}\n`,
    serial: () => `serial=${hex(c.serial).toUpperCase()}\n`,
    startdate: () => `notBefore=${date(c.notBefore)}\n`,
    enddate: () => `notAfter=${date(c.notAfter)}\n`,
    dates: () => `notBefore=${date(c.notBefore)}\nnotAfter=${date(c.notAfter)}\n`,
    fingerprint: () => {
      const kind = o.names.findLast((n) => tools.digests[n]) ?? "sha1";
      return `${o.names.includes(kind) ? kind : kind.toUpperCase()} Fingerprint=${colons((tools.digests[kind] as (d: Uint8Array) => Uint8Array)(der))}\n`;
    },
    pubkey: () => tools.toPem("PUBLIC KEY", c.keyInfo),
    modulus: () => modulusText(tools, c.keyInfo),
    hash: () => `${nameHash(tools, c.subject)}\n`,
    subject_hash: () => `${nameHash(tools, c.subject)}\n`,
    issuer_hash: () => `${nameHash(tools, c.issuer)}\n`,
    email: () =>
      tools
        .readDn(c.subject)
        .filter(([type]) => type === "emailAddress")
        .map(([, value]) => `${value}\n`)
        .join(""),
    text: () => facts(tools, der, style),
    ext: () => asked(tools, c.extensions, o.value("ext") ?? ""),
  };
  for (const option of o.names) if (say[option]) lines.push(await say[option]());
  for (const line of lines) {
    if (line.startsWith("!")) {
      await t.flush();
      await t.proc.stderr.write(line.slice(1));
    } else await t.out(line);
  }
  if (o.has("checkend")) {
    const seconds = o.value("checkend") as string;
    if (!/^-?\d+$/.test(seconds)) throw new Complaint(`x509: Can't parse "${seconds}" as a number\nx509: Use -help for summary.`);
    const gone = moment(c.notAfter) < t.proc.clock.now() + Number(seconds) * 1000;
    await t.out(`Certificate will ${gone ? "" : "not "}expire\n`);
    if (gone) return 1;
    if (!o.has("noout")) await t.out(tools.toPem("CERTIFICATE", der));
    return 0;
  }
  const names = c.extensions.find((e) => e.id === extensionId("subjectAltName"))?.value;
  for (const [option, title] of [
    ["checkhost", "Hostname"],
    ["checkip", "IP"],
  ] as const) {
    const wanted = o.value(option);
    if (wanted === undefined) continue;
    const cn = tools
      .readDn(c.subject)
      .flatMap(([type, value]) => (type === "CN" && option === "checkhost" && !names ? [`DNS:${value}`] : []));
    const all = names ? tools.alternativesText(names).split(", ") : cn;
    const fits = all.some((n) =>
      option === "checkip" ? n === `IP Address:${wanted}` : n.startsWith("DNS:") && hostFits(n.slice(4), wanted),
    );
    await t.out(`${title} ${wanted} does ${fits ? "" : "NOT "}match certificate\n`);
  }
  if (!o.has("noout")) await output(t, o.value("out"), /^der$/i.test(o.value("outform") ?? "") ? der : tools.toPem("CERTIFICATE", der));
  return 0;
};

function hostFits(pattern: string, host: string): boolean {
  const [p, h] = [pattern.toLowerCase(), host.toLowerCase()];
  if (!p.startsWith("*.")) return p === h;
  const dot = h.indexOf(".");
  return dot > 0 && h.slice(dot) === p.slice(1);
}

/** -ext: those that are named, in the certificate's order; a text with "!" in front goes to standard error. */
function asked(tools: KeyTools, all: readonly Parameters<typeof extensionText>[1][], list: string): string {
  if (all.length === 0) return "!No extensions in certificate\n";
  const ids = list.split(",").map((name) => extensionId(name.trim()));
  const unknown = list.split(",").find((name) => !EXTENSIONS.some(([n]) => n === name.trim()));
  if (unknown !== undefined) return `!Invalid extension names: ${unknown}\n`;
  const found = all.filter(({ id }) => ids.includes(id));
  return found.length > 0 ? found.map((e) => extensionText(tools, e, "")).join("") : `!No extensions matching specified in certificate\n`;
}

/** The hash that folders of authorities name files by (openssl: X509_NAME_hash): of names in small letters, without the sequence. */
function nameHash(tools: KeyTools, raw: Uint8Array): string {
  const sets = tools.sequenceIn(raw).map((set) => {
    const pairs = tools.elements(set.body).map((pair) => {
      const [type, value] = tools.elements(pair.body);
      const text = new TextDecoder().decode(value?.body).trim().replace(/\s+/g, " ").toLowerCase();
      return tools.sequence(type?.raw ?? new Uint8Array(), tools.text(tools.TAG.utf8, text));
    });
    return tools.element(tools.TAG.set, ...pairs);
  });
  const all = tools.element(0, ...sets);
  // Only what is inside counts.
  const body = tools.elements(all)[0]?.body ?? all;
  const sum = (tools.digests["sha1"] as (d: Uint8Array) => Uint8Array)(body);
  return hex(Uint8Array.from([3, 2, 1, 0], (i) => sum[i] as number));
}

/** A serial as -set_serial has it. */
export function serialIn(text: string): Uint8Array {
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(text)) throw new Complaint(`x509: Invalid serial number ${text}`);
  const digits = BigInt(text).toString(16);
  return Uint8Array.from((digits.length % 2 ? `0${digits}` : digits).match(/../g) ?? [], (h) => Number.parseInt(h, 16));
}

/** x509 -req: a request becomes a certificate. */
async function sign(t: Tool, { tools }: Order, o: Options): Promise<number> {
  const from = o.value("in");
  const pem = await inputText(t, from, undefined, "Unable to load certificate request input");
  let csr;
  try {
    csr = tools.readRequest(pem);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new Complaint(
      `Unable to load certificate request input${trace("0480006C:PEM routines:get_name:no start line:../crypto/pem/pem_lib.c:760:Expecting: CERTIFICATE REQUEST")}`,
    );
  }
  const own = o.value("signkey") ?? o.value("key");
  const sections: Sections = parseSections(o.has("extfile") ? await inputText(t, o.value("extfile"), undefined) : "");
  if (tools.verifySignature(csr.keyInfo, csr.algorithm, csr.signed, csr.signature) !== true)
    throw new Complaint("Certificate request self-signature did not match the contents");
  const said = `Certificate request self-signature ok\nsubject=${subjectText(tools.readDn(csr.rawSubject))}`;
  if (own === undefined && !o.has("CA"))
    throw new Complaint(`${said}\nWe need a private key to sign with, use -key or -CAkey or -CA with private key`);
  await t.proc.stderr.write(`${said}\n`);
  const ca = o.has("CA")
    ? loadCertificate(tools, await input(t, o.value("CA"), "CA certificate", "Unable to load CA certificate"))
    : undefined;
  if (o.has("CA") && !ca) throw new Complaint(`Could not read CA certificate from ${o.value("CA")}\nUnable to load CA certificate`);
  const key = await keyIn(
    t,
    tools,
    o.has("CA") ? (o.value("CAkey") ?? o.value("CA")) : own,
    o.has("CA") ? "CA private key" : "private key",
  );
  const issuer = ca && tools.certificateFacts(ca);
  if (issuer && hex(issuer.keyInfo) !== hex(key.keyInfo))
    throw new Complaint(
      `CA certificate and CA private key do not match${trace("05800074:x509 certificate routines:X509_check_private_key:key values mismatch:../crypto/x509/x509_cmp.c:403:")}`,
    );
  const issuerKeyId = issuer?.extensions.find((e) => e.id === SUBJECT_KEY)?.value;
  const section = o.value("extensions") ?? settingOf(sections, "default", "extensions") ?? "default";
  if (o.has("extensions") && !sections.has(section)) throw new Complaint(`Error checking extension section ${section}`);
  const written = writeExtensions(
    tools,
    (sections.get(section) ?? []).filter(([setting]) => section !== "default" || setting !== "extensions"),
    sections,
    {
      keyInfo: csr.keyInfo,
      ...(issuer && {
        issuer: {
          // Whose name and serial: the issuer's own certificate's.
          name: issuer.issuer,
          serial: issuer.serial,
          keyId: issuerKeyId && tools.elements(issuerKeyId)[0]?.body,
        },
      }),
    },
  );
  if (typeof written === "string") throw new Complaint(`x509: ${written}`);
  const copy = o.value("copy_extensions");
  const copied = copy === "copy" || copy === "copyall" ? tools.requestedExtensions(pem).map(({ raw }) => raw) : [];
  const days = o.value("days") ?? "30";
  if (!/^-?\d+$/.test(days)) throw new Complaint(`x509: Can't parse "${days}" as a number\nx509: Use -help for summary.`);
  const now = Math.floor(t.proc.clock.now() / 1000) * 1000;
  const der = tools.writeCertificate(
    {
      serial: await serial(t, tools, o),
      subject: csr.rawSubject,
      keyInfo: csr.keyInfo,
      notBefore: now,
      notAfter: now + Number(days) * DAY,
      usages: [],
      extensions: [...copied, ...written],
    },
    {
      name: issuer?.subject ?? csr.rawSubject,
      keyId: new Uint8Array(),
      algorithm: key.algorithm,
      sign: key.sign,
    },
  );
  await output(t, o.value("out"), /^der$/i.test(o.value("outform") ?? "") ? der : tools.toPem("CERTIFICATE", der));
  return 0;
}

/** Of -set_serial, or the next of the authority's file, which -CAcreateserial begins. */
async function serial(t: Tool, tools: KeyTools, o: Options): Promise<Uint8Array> {
  const given = o.value("set_serial");
  if (given !== undefined) return serialIn(given);
  const chance = (): Uint8Array => tools.serialOf(entropy(t)(20));
  if (!o.has("CA") || (!o.has("CAserial") && !o.has("CAcreateserial"))) return chance();
  const file = o.value("CAserial") ?? `${(o.value("CA") as string).replace(/\.[^./]*$/, "")}.srl`;
  let next: Uint8Array;
  if (t.proc.fs.exists(file)) {
    const text = t.proc.fs.readText(file).trim();
    if (!/^[0-9a-f]+$/i.test(text)) throw new Complaint(`unable to load number from ${file}`);
    next = serialIn(`0x${(BigInt(`0x${text}`) + 1n).toString(16)}`);
  } else if (o.has("CAcreateserial")) next = chance();
  else throw new Complaint(`Can't open "${file}" for reading, No such file or directory`);
  t.proc.fs.writeFile(file, `${hex(next).toUpperCase()}\n`);
  return next;
}
