/** Bits of keyUsage, in their order: as configurations name them, and as -text does. */
export const KEY_USAGES: readonly (readonly [name: string, shown: string])[] = [
  ["digitalSignature", "Digital Signature"],
  ["nonRepudiation", "Non Repudiation"],
  ["keyEncipherment", "Key Encipherment"],
  ["dataEncipherment", "Data Encipherment"],
  ["keyAgreement", "Key Agreement"],
  ["keyCertSign", "Certificate Sign"],
  ["cRLSign", "CRL Sign"],
  ["encipherOnly", "Encipher Only"],
  ["decipherOnly", "Decipher Only"],
];
export const EXTENDED_USAGES: readonly (readonly [name: string, oid: string, shown: string])[] = [
  ["serverAuth", "1.3.6.1.5.5.7.3.1", "TLS Web Server Authentication"],
  ["clientAuth", "1.3.6.1.5.5.7.3.2", "TLS Web Client Authentication"],
  ["codeSigning", "1.3.6.1.5.5.7.3.3", "Code Signing"],
  ["emailProtection", "1.3.6.1.5.5.7.3.4", "E-mail Protection"],
  ["timeStamping", "1.3.6.1.5.5.7.3.8", "Time Stamping"],
  ["OCSPSigning", "1.3.6.1.5.5.7.3.9", "OCSP Signing"],
  ["anyExtendedKeyUsage", "2.5.29.37.0", "Any Extended Key Usage"],
];
/** Extensions that are written and shown: as configurations and -ext name them, and as -text does. */
export const EXTENSIONS: readonly (readonly [name: string, oid: string, shown: string])[] = [
  ["basicConstraints", "2.5.29.19", "X509v3 Basic Constraints"],
  ["keyUsage", "2.5.29.15", "X509v3 Key Usage"],
  ["extendedKeyUsage", "2.5.29.37", "X509v3 Extended Key Usage"],
  ["subjectKeyIdentifier", "2.5.29.14", "X509v3 Subject Key Identifier"],
  ["authorityKeyIdentifier", "2.5.29.35", "X509v3 Authority Key Identifier"],
  ["subjectAltName", "2.5.29.17", "X509v3 Subject Alternative Name"],
];
export const extensionId = (name: string): string | undefined => EXTENSIONS.find(([n]) => n === name)?.[1];
