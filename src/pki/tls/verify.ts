import { parseTime } from "../../sim/index.ts";
import type * as Tools from "../tools.ts";
import type { CertificateSummary, ChainProblem, Trust } from "./types.ts";

export type KeyTools = typeof Tools;
type Facts = ReturnType<KeyTools["certificateFacts"]>;

const SUBJECT_ALTERNATIVES = "2.5.29.17";
const BASIC_CONSTRAINTS = "2.5.29.19";
/** As OpenSSL's default. */
const MAX_DEPTH = 100;

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((x, i) => x === b[i]);
const moment = (text: string): number => parseTime(text.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));

const PROBLEMS = {
  7: "certificate signature failure",
  9: "certificate is not yet valid",
  10: "certificate has expired",
  18: "self-signed certificate",
  19: "self-signed certificate in certificate chain",
  20: "unable to get local issuer certificate",
  79: "invalid CA certificate",
} as const;
const problem = (code: keyof typeof PROBLEMS, depth: number): ChainProblem => ({ code, depth, text: PROBLEMS[code] });

/** Whether a chain leads to a root, everything in it being valid now; undefined: it does (openssl: X509_verify_cert). */
export function chainProblem(tools: KeyTools, chain: readonly Uint8Array[], { roots, now }: Trust): ChainProblem | undefined {
  const read = (der: Uint8Array): Facts => tools.certificateFacts(der);
  const signs = (issuer: Facts, c: Facts): boolean => tools.verifySignature(issuer.keyInfo, c.algorithm, c.signed, c.signature) === true;
  const issued = (issuer: Facts, c: Facts): boolean => same(issuer.subject, c.issuer);
  const [leaf, ...others] = chain.map(read);
  if (!leaf) return problem(20, 0);
  const trusted = roots.map((der) => ({ der, facts: read(der) }));
  const path: Facts[] = [leaf];
  for (let at = leaf; ;) {
    const depth = path.length - 1;
    const own = chain.find((der) => same(read(der).signed, at.signed));
    // Who is trusted itself needs nobody to vouch for it.
    if (own && trusted.some((root) => same(root.der, own))) break;
    const root = trusted.find(({ facts }) => issued(facts, at));
    const selfSigned = same(at.issuer, at.subject);
    if (root && !(selfSigned && !same(root.facts.keyInfo, at.keyInfo))) {
      if (!signs(root.facts, at)) return problem(7, depth);
      if (!isAuthority(tools, root.facts) && !same(root.facts.signed, at.signed)) return problem(79, depth + 1);
      path.push(root.facts);
      break;
    }
    if (selfSigned) return problem(depth === 0 ? 18 : 19, depth);
    const next = others.find((c) => issued(c, at) && !path.includes(c));
    if (!next || path.length > MAX_DEPTH) return problem(20, depth);
    if (!signs(next, at)) return problem(7, depth);
    if (!isAuthority(tools, next)) return problem(79, depth + 1);
    path.push((at = next));
  }
  for (let depth = path.length - 1; depth >= 0; depth--) {
    const c = path[depth] as Facts;
    if (moment(c.notBefore) > now) return problem(9, depth);
    if (moment(c.notAfter) < now) return problem(10, depth);
  }
  return undefined;
}

function isAuthority(tools: KeyTools, c: Facts): boolean {
  const value = c.extensions.find((e) => e.id === BASIC_CONSTRAINTS)?.value;
  // Certificates of the first version say nothing about it.
  if (!value) return c.extensions.length === 0;
  return tools.sequenceIn(value)[0]?.body[0] === 0xff;
}

export function summary(tools: KeyTools, der: Uint8Array): CertificateSummary {
  const c = tools.certificateFacts(der);
  const names = c.extensions.find((e) => e.id === SUBJECT_ALTERNATIVES)?.value;
  const all = names ? tools.sequenceIn(names) : [];
  return {
    subject: tools.readDn(c.subject),
    issuer: tools.readDn(c.issuer),
    notBefore: moment(c.notBefore),
    notAfter: moment(c.notAfter),
    dnsNames: all.filter((n) => n.tag === 0x82).map((n) => new TextDecoder().decode(n.body)),
    addresses: all.filter((n) => n.tag === 0x87).map((n) => [...n.body].join(".")),
    selfSigned: same(c.issuer, c.subject),
    algorithm: c.algorithm,
    fingerprint: Array.from((tools.digests["sha256"] as (data: Uint8Array) => Uint8Array)(der), (b) =>
      b.toString(16).padStart(2, "0"),
    ).join(""),
  };
}

/** RFC 6125: a star stands for one whole label. */
export function nameFits(pattern: string, host: string): boolean {
  const [p, h] = [pattern.toLowerCase(), host.toLowerCase().replace(/\.$/, "")];
  if (!p.startsWith("*.")) return p === h;
  const dot = h.indexOf(".");
  return dot > 0 && h.slice(dot) === p.slice(1) && p.split(".").length > 2;
}

export function isFor(
  tools: KeyTools,
  der: Uint8Array,
  host: string,
  { commonName = false }: { readonly commonName?: boolean } = {},
): boolean {
  const facts = summary(tools, der);
  if (/^\d+(\.\d+){3}$/.test(host)) return facts.addresses.includes(host);
  if (facts.dnsNames.length > 0) return facts.dnsNames.some((name) => nameFits(name, host));
  return commonName && facts.subject.some(([type, value]) => type === "CN" && nameFits(value, host));
}
