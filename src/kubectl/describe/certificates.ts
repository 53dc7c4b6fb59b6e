import { certificateState, type CertificateSigningRequest } from "../../api/index.ts";
import { base64Decode, formatIp, humanDuration } from "../../machinery/index.ts";
import { readRequest } from "../../pki/index.ts";
import { CliError, errorMessage } from "../errors.ts";
import type { Resource } from "../types.ts";
import { labelsText } from "../printers/table.ts";
import { longTime } from "./page.ts";
import type { Describer } from "./types.ts";

/** k8s: describe.go CertificateSigningRequestDescriber. */
export const certificateSigningRequest: Describer = {
  group: "certificates.k8s.io",
  kind: "CertificateSigningRequest",
  events: true,
  describe(page, object) {
    const csr = object as Resource & CertificateSigningRequest;
    const { metadata, spec } = csr;
    page.line(0, `Name:\t${metadata.name}`);
    // Each on one line, kubectl's own annotation with them.
    page.line(0, `Labels:\t${labelsText(metadata.labels)}`);
    page.line(0, `Annotations:\t${labelsText(metadata.annotations)}`);
    page.line(0, `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}`);
    page.line(0, `Requesting User:\t${spec.username ?? ""}`);
    if (spec.signerName) page.line(0, `Signer:\t${spec.signerName}`);
    if (spec.expirationSeconds !== undefined) page.line(0, `Requested Duration:\t${humanDuration(spec.expirationSeconds * 1000)}`);
    page.line(0, `Status:\t${certificateState(csr)}`);
    const request = parsed(spec.request);
    const of = (type: string): readonly string[] =>
      request.subject.others?.filter(([name]) => name === type).map(([, value]) => value) ?? [];
    page.line(0, "Subject:");
    page.line(0, `\tCommon Name:\t${request.subject.commonName}`);
    page.line(0, `\tSerial Number:\t${of(SERIAL_NUMBER).at(-1) ?? ""}`);
    const list = (title: string, items: readonly string[]): void => {
      if (items.length > 0) page.line(0, `\t${title}:\t${items.join("\n\t\t")}`);
    };
    list("Organization", request.subject.organizations);
    for (const [title, type] of PARTS) list(title, of(type));
    const addresses = request.ipAddresses.map((ip) => formatIp({ family: ip.length === 4 ? 4 : 6, bytes: [...ip] }));
    if (request.dnsNames.length + request.emailAddresses.length + request.uris.length + addresses.length > 0)
      page.line(0, "Subject Alternative Names:");
    list("DNS Names", request.dnsNames);
    list("Email Addresses", request.emailAddresses);
    list("URIs", request.uris);
    list("IP Addresses", addresses);
  },
};

const SERIAL_NUMBER = "2.5.4.5";
/** Attributes of a name by their types, in upstream's order. */
const PARTS = [
  ["Organizational Unit", "2.5.4.11"],
  ["Country", "2.5.4.6"],
  ["Locality", "2.5.4.7"],
  ["Province", "2.5.4.8"],
  ["StreetAddress", "2.5.4.9"],
  ["PostalCode", "2.5.4.17"],
] as const;

function parsed(base64: string): ReturnType<typeof readRequest> {
  const bytes = base64Decode(base64);
  try {
    return readRequest(typeof bytes === "number" ? "" : new TextDecoder().decode(bytes));
  } catch (error) {
    throw new CliError(`Error parsing CSR: ${errorMessage(error)}`);
  }
}
