import { certificateState, type CertificateSigningRequest } from "../../api/index.ts";
import { base64Decode, formatIp, formatLabels, humanDuration } from "../../machinery/index.ts";
import { readRequest } from "../../pki/index.ts";
import type { Resource } from "../types.ts";
import { labelLines, longTime } from "./page.ts";
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
    labelLines(page, "Labels", metadata.labels);
    // On one line, kubectl's own annotation with them.
    page.line(0, `Annotations:\t${formatLabels(metadata.annotations)}`);
    page.line(0, `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}`);
    page.line(0, `Requesting User:\t${spec.username ?? ""}`);
    if (spec.signerName) page.line(0, `Signer:\t${spec.signerName}`);
    if (spec.expirationSeconds !== undefined) page.line(0, `Requested Duration:\t${humanDuration(spec.expirationSeconds * 1000)}`);
    page.line(0, `Status:\t${certificateState(csr)}`);
    const bytes = base64Decode(spec.request);
    const request = readRequest(typeof bytes === "number" ? "" : new TextDecoder().decode(bytes));
    page.line(0, "Subject:");
    page.line(0, `\tCommon Name:\t${request.subject.commonName}`);
    page.line(0, "\tSerial Number:\t");
    const list = (title: string, items: readonly string[]): void => {
      if (items.length > 0) page.line(0, `\t${title}:\t${items.join("\n\t\t")}`);
    };
    list("Organization", request.subject.organizations);
    const addresses = request.ipAddresses.map((ip) => formatIp({ family: ip.length === 4 ? 4 : 6, bytes: [...ip] }));
    if (request.dnsNames.length + request.emailAddresses.length + request.uris.length + addresses.length > 0)
      page.line(0, "Subject Alternative Names:");
    list("DNS Names", request.dnsNames);
    list("Email Addresses", request.emailAddresses);
    list("URIs", request.uris);
    list("IP Addresses", addresses);
  },
};
