import { extensionsIn, parseSections, settingOf } from "./config.ts";
import { alternatives, parseSubject, subjectText } from "./subject.ts";
import { type Command, entropy, inputText, optionsOf, output } from "./types.ts";

const DAY = 86_400_000;
/** Long names of what a name is made of. */
const SHORT: Readonly<Record<string, string>> = {
  commonName: "CN",
  countryName: "C",
  stateOrProvinceName: "ST",
  localityName: "L",
  organizationName: "O",
  organizationalUnitName: "OU",
};
const VALUED = [
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
  "passin",
  "passout",
  "set_serial",
];

/** openssl req: a request, or with -x509 a certificate that signs itself. */
export const request: Command = async (t, { tools, args }) => {
  const o = optionsOf(args, VALUED);
  const fail = async (text: string): Promise<number> => {
    await t.proc.stderr.write(`${text}\n`);
    return 1;
  };
  if (!o.has("new") && !o.has("x509") && !o.has("newkey")) {
    const pem = await inputText(t, o.value("in"));
    try {
      const csr = tools.readRequest(pem);
      if (o.has("verify")) {
        const good = tools.verifySignature(csr.keyInfo, csr.algorithm, csr.signed, csr.signature);
        await t.proc.stderr.write(
          good ? "Certificate request self-signature verify OK\n" : "Certificate request self-signature did not match the contents\n",
        );
      }
      if (o.has("subject")) await t.out(`subject=${subjectText(tools.readDn(csr.rawSubject))}\n`);
      if (o.has("text")) {
        const names = [...csr.dnsNames.map((n) => `DNS:${n}`), ...csr.ipAddresses.map((ip) => `IP Address:${[...ip].join(".")}`)].join(
          ", ",
        );
        await t.out(
          `Certificate Request:\n    Data:\n        Version: 1 (0x0)\n        Subject: ${subjectText(tools.readDn(csr.rawSubject))}\n${names === "" ? "" : `        Requested Extensions:\n            X509v3 Subject Alternative Name: \n                ${names}\n`}`,
        );
      }
      if (!o.has("noout")) await output(t, o.value("out"), pem);
      return 0;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return fail(`Unable to load X509 request`);
    }
  }
  const sections = parseSections(o.has("config") ? await inputText(t, o.value("config")) : "");
  const named = settingOf(sections, "req", "distinguished_name") ?? "";
  const fixed = settingOf(sections, "req", "prompt") === "no" ? (sections.get(named) ?? []) : [];
  // A key can come twice, numbered: "0.organizationName".
  const subject =
    o.value("subj") ??
    (fixed.length > 0
      ? fixed
          .map(([key, value]) => `/${SHORT[key.replace(/^\d+\./, "")] ?? key.replace(/^\d+\./, "")}=${value.replaceAll("/", "\\/")}`)
          .join("")
      : undefined);
  if (subject === undefined)
    return fail("req: questions are not asked in this simulator: name the subject with -subj, or in -config with prompt = no");
  const dn = parseSubject(subject, tools);
  if (typeof dn === "string") return fail(dn);
  let key;
  if (o.has("key")) {
    key = tools.readPrivateKey(await inputText(t, o.value("key")));
    if (!key) return fail(`Could not read private key from ${o.value("key")}`);
  } else {
    const kind = (o.value("newkey") ?? "rsa:2048").toLowerCase();
    if (!/^(rsa(:\d+)?|ec)$/.test(kind)) return fail(`req: Unknown algorithm ${kind}`);
    if (!o.has("nodes") && !o.has("noenc")) return fail("req: encrypted keys are not supported by this simulator: use -nodes");
    await t.proc.cpu(kind === "ec" ? 2 : 80);
    key = tools.newKey(kind === "ec" ? "EC" : "RSA", entropy(t));
    // The real one draws its search for primes; this one does not show what it did not do.
    await t.proc.stderr.write("-----\n");
    await output(t, o.value("keyout") ?? "privkey.pem", key.pem, 0o600);
  }
  const asked = o.all("addext").map(alternatives);
  if (asked.includes(undefined)) return fail("req: of -addext, only subjectAltName with DNS and IP is supported by this simulator");
  const section =
    o.value("extensions") ?? o.value("reqexts") ?? settingOf(sections, "req", o.has("x509") ? "x509_extensions" : "req_extensions");
  const wanted = extensionsIn(sections, section ?? "");
  if (typeof wanted === "string") return fail(`req: ${wanted}`);
  if (!o.has("x509") && (wanted.usages.length > 0 || wanted.authority))
    return fail("req: of a request's extensions, only subjectAltName is supported by this simulator");
  const dns = [...wanted.dns, ...asked.flatMap((a) => a?.dns ?? [])];
  const ips = [...wanted.ips, ...asked.flatMap((a) => a?.ips ?? [])];
  const name = tools.writeDn(dn);
  if (!o.has("x509")) {
    await output(
      t,
      o.value("out"),
      tools.writeRequest(key, name, dns.length + ips.length > 0 ? tools.writeAlternatives(dns, ips) : undefined),
    );
    return 0;
  }
  const now = Math.floor(t.proc.clock.now() / 1000) * 1000;
  const content = {
    serial: tools.serialOf(entropy(t)(16)),
    subject: name,
    keyInfo: key.keyInfo,
    notBefore: now,
    notAfter: now + Number(o.value("days") ?? 30) * DAY,
    usages: wanted.usages,
    authority: section === undefined || wanted.authority,
    dnsNames: dns,
    ipAddresses: ips,
  };
  const der = tools.writeCertificate(content, { name, keyId: tools.keyIdOf(key.keyInfo), algorithm: key.algorithm, sign: key.sign });
  await output(t, o.value("out"), tools.toPem("CERTIFICATE", der));
  return 0;
};
