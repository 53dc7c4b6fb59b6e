import { expect, it } from "vitest";
import { keyPairProblem } from "./key-pair.ts";

const pem = (label: string, body = "AAEC"): string => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
const SEQUENCE = "MAMCAQE=";

// secrets.yaml has real pairs.
it.each([
  ["garbage", pem("RSA PRIVATE KEY"), "tls: failed to find any PEM data in certificate input"],
  [
    pem("EC PRIVATE KEY"),
    pem("CERTIFICATE"),
    "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched",
  ],
  [
    pem("PUBLIC KEY") + pem("X"),
    "",
    'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [PUBLIC KEY X]',
  ],
  [pem("CERTIFICATE"), "garbage", "tls: failed to find any PEM data in key input"],
  [pem("CERTIFICATE"), pem("CERTIFICATE"), "tls: found a certificate rather than a key in the PEM for the private key"],
  [pem("CERTIFICATE"), pem("PRIVATE KEY"), "x509: malformed certificate"],
  [pem("CERTIFICATE", SEQUENCE), pem("PRIVATE KEY"), "tls: failed to parse private key"],
])("of %j and %j it is said what is wrong", (certificate, key, problem) => expect(keyPairProblem(certificate, key)).toBe(problem));
