import { extensionsIn, parseSections, settingOf } from "./config.ts";
import { parseTime } from "../../../sim/index.ts";
import { strftime } from "../../strftime.ts";
import { facts } from "./facts.ts";
import { subjectText } from "./subject.ts";
import { type Command, entropy, hex, inputText, type KeyTools, optionsOf, output } from "./types.ts";

const DAY = 86_400_000;
const VALUED = [
  "in",
  "out",
  "CA",
  "CAkey",
  "CAserial",
  "days",
  "ext",
  "checkend",
  "extfile",
  "extensions",
  "set_serial",
  "signkey",
  "nameopt",
  "inform",
  "outform",
  "passin",
];

/** 20260102030405Z: milliseconds. */
export const moment = (text: string): number => parseTime(text.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
export const shown = (text: string): string => strftime("%b %e %H:%M:%S %Y GMT", moment(text));

function load(tools: KeyTools, pem: string): Uint8Array | undefined {
  const block = tools.fromPem(pem);
  return block?.label === "CERTIFICATE" ? block.bytes : undefined;
}

export const certificate: Command = async (t, order) => {
  const { tools, args } = order;
  const o = optionsOf(args, VALUED);
  const fail = async (text: string): Promise<number> => {
    await t.proc.stderr.write(`${text}\n`);
    return 1;
  };
  const from = o.value("in") ?? "<stdin>";
  const pem = await inputText(t, o.value("in"));
  if (o.has("req")) {
    const ca = o.has("CA") ? load(tools, await inputText(t, o.value("CA"))) : undefined;
    const keyPath = o.value("CAkey") ?? o.value("CA") ?? o.value("signkey");
    if (keyPath === undefined) return fail("We need a private key to sign with");
    const sections = parseSections(o.has("extfile") ? await inputText(t, o.value("extfile")) : "");
    const wanted = extensionsIn(sections, o.value("extensions") ?? settingOf(sections, "default", "extensions") ?? "default");
    if (typeof wanted === "string") return fail(`x509: ${wanted}`);
    for (const note of wanted.notes) await t.proc.stderr.write(`x509: ${note}\n`);
    const key = tools.readPrivateKey(await inputText(t, keyPath));
    if (!key) return fail(`Could not read CA private key from ${keyPath}`);
    if (o.has("CA") && !ca) return fail(`Could not read CA certificate from ${o.value("CA")}`);
    let csr;
    try {
      csr = tools.readRequest(pem);
    } catch {
      return fail(`Unable to load X509 request`);
    }
    await t.proc.stderr.write(`Certificate request self-signature ok\nsubject=${subjectText(tools.readDn(csr.rawSubject))}\n`);
    const issuer = ca ? tools.readCertificate(ca) : undefined;
    const now = Math.floor(t.proc.clock.now() / 1000) * 1000;
    const copied = o.value("copy_extensions") === "copy" ? csr : { dnsNames: [], ipAddresses: [] };
    const names = { dnsNames: [...copied.dnsNames, ...wanted.dns], ipAddresses: [...copied.ipAddresses, ...wanted.ips] };
    const der = tools.writeCertificate(
      {
        serial: tools.serialOf(entropy(t)(16)),
        subject: csr.rawSubject,
        keyInfo: csr.keyInfo,
        notBefore: now,
        notAfter: now + Number(o.value("days") ?? 30) * DAY,
        usages: wanted.usages,
        authority: wanted.authority,
        ...names,
      },
      {
        name: issuer?.subject ?? csr.rawSubject,
        keyId: tools.keyIdOf(issuer?.keyInfo ?? csr.keyInfo),
        algorithm: key.algorithm,
        sign: key.sign,
      },
    );
    await output(t, o.value("out"), tools.toPem("CERTIFICATE", der));
    return 0;
  }
  const der = load(tools, pem);
  if (!der) return fail(`Could not read certificate from ${from}\nUnable to load certificate`);
  const c = tools.certificateFacts(der);
  // In the order that they are asked for.
  for (const option of o.names) {
    if (option === "subject") await t.out(`subject=${subjectText(tools.readDn(c.subject))}\n`);
    else if (option === "issuer") await t.out(`issuer=${subjectText(tools.readDn(c.issuer))}\n`);
    else if (option === "serial") await t.out(`serial=${hex(c.serial).toUpperCase()}\n`);
    else if (option === "dates") await t.out(`notBefore=${shown(c.notBefore)}\nnotAfter=${shown(c.notAfter)}\n`);
    else if (option === "startdate") await t.out(`notBefore=${shown(c.notBefore)}\n`);
    else if (option === "enddate") await t.out(`notAfter=${shown(c.notAfter)}\n`);
    else if (option === "fingerprint") {
      const kind = o.has("sha1") || !o.has("sha256") ? "sha1" : "sha256";
      const sum = (tools.digests[kind] as (d: Uint8Array) => Uint8Array)(der);
      await t.out(`${kind} Fingerprint=${(hex(sum).toUpperCase().match(/../g) ?? []).join(":")}\n`);
    } else if (option === "pubkey") await t.out(tools.toPem("PUBLIC KEY", c.keyInfo));
    else if (option === "text") await t.out(facts(tools, der));
    else if (option === "ext") {
      const alternative = c.extensions.find((e) => e.id === "2.5.29.17");
      if (o.value("ext") === "subjectAltName" && alternative)
        await t.out(`X509v3 Subject Alternative Name: \n    ${tools.alternativesText(alternative.value)}\n`);
      else await t.proc.stderr.write("No extensions matching specified in certificate\n");
    }
  }
  if (o.has("checkend")) {
    const gone = moment(c.notAfter) < t.proc.clock.now() + Number(o.value("checkend")) * 1000;
    await t.out(`Certificate will ${gone ? "" : "not "}expire\n`);
    if (gone) return 1;
  }
  if (!o.has("noout")) await output(t, o.value("out"), tools.toPem("CERTIFICATE", der));
  return 0;
};

/** openssl verify. */
export const verify: Command = async (t, { tools, args }) => {
  const o = optionsOf(args, ["CAfile", "CApath", "untrusted"]);
  const ca = o.has("CAfile") ? load(tools, await inputText(t, o.value("CAfile"))) : undefined;
  let status = 0;
  for (const path of o.operands) {
    const der = load(tools, await inputText(t, path));
    if (!der) {
      await t.proc.stderr.write(`Could not read certificate from ${path}\n`);
      status = 2;
      continue;
    }
    const c = tools.certificateFacts(der);
    const issuer = ca && tools.certificateFacts(ca);
    const known = issuer && hex(issuer.subject) === hex(c.issuer);
    const signed = known && tools.verifySignature(issuer.keyInfo, c.algorithm, c.signed, c.signature);
    const error = !known
      ? hex(c.subject) === hex(c.issuer)
        ? ["18", "self-signed certificate"]
        : ["20", "unable to get local issuer certificate"]
      : !signed
        ? ["7", "certificate signature failure"]
        : moment(c.notAfter) < t.proc.clock.now()
          ? ["10", "certificate has expired"]
          : moment(c.notBefore) > t.proc.clock.now()
            ? ["9", "certificate is not yet valid"]
            : undefined;
    if (!error) await t.out(`${path}: OK\n`);
    else {
      await t.flush();
      await t.proc.stderr.write(
        `${subjectText(tools.readDn(c.subject))}\nerror ${error[0]} at 0 depth lookup: ${error[1]}\nerror ${path}: verification failed\n`,
      );
      status = 2;
    }
  }
  return status;
};
