import { expect, it } from "vitest";
import { testCluster } from "../../testing/kernel.ts";

/** As the documentation of Kubernetes has it (Certificates, openssl). */
const CONF = `[ req ]
default_bits = 2048
prompt = no
req_extensions = req_ext
distinguished_name = dn

[ dn ]
C = ES
0.organizationName = Acme
commonName = 10.0.0.1

[ req_ext ]
subjectAltName = @alt_names

[ alt_names ]
DNS.1 = kubernetes
DNS.2 = kubernetes.default # in the cluster
IP.1 = 10.0.0.1

[ v3_ext ]
authorityKeyIdentifier=keyid,issuer:always
basicConstraints=CA:FALSE
keyUsage=keyEncipherment,dataEncipherment
extendedKeyUsage=serverAuth,clientAuth
subjectAltName=@alt_names
`;
const run = async (script: string): Promise<string> =>
  (
    await testCluster(Date.UTC(2026, 10, 21)).run(
      `cd /tmp; printf %s '${CONF}' > csr.conf; exec 2>&1; openssl ecparam -name prime256v1 -genkey -noout -out k; ${script}`,
      {
        image: "debian",
        shell: "bash",
      },
    )
  ).out;

it("makes a request as a configuration file says", async () => {
  expect(
    await run(
      "openssl req -new -key k -config csr.conf -out r; openssl req -in r -noout -text | grep -A20 'Subject:' | grep -v 'Public\\|pub\\|:..:'",
    ),
  ).toMatch(/Subject: C = ES, O = Acme, CN = 10\.0\.0\.1\n[\s\S]*DNS:kubernetes, DNS:kubernetes\.default, IP Address:10\.0\.0\.1\n/);
});

it("signs with the extensions of a file, whose authority it names", async () => {
  const said = await run(`openssl req -x509 -new -nodes -key k -subj /CN=ca -out ca; openssl req -new -key k -config csr.conf -out r
    openssl x509 -req -in r -CA ca -CAkey k -CAcreateserial -days 9 -extensions v3_ext -extfile csr.conf -out c; openssl x509 -in c -noout -text; openssl verify -CAfile ca c`);
  expect(said).toMatch(/^Certificate request self-signature ok\n/);
  for (const text of [
    "Key Encipherment, Data Encipherment",
    "TLS Web Server Authentication, TLS Web Client Authentication",
    "CA:FALSE",
    "DirName:/CN=ca",
    "DNS:kubernetes, DNS:kubernetes.default, IP Address:10.0.0.1",
    "c: OK",
  ])
    expect(said).toContain(text);
});

it("names what it cannot write", async () => {
  expect(
    await run(
      "printf '[v]\\nnsCertType=server\\n' > x; openssl req -new -key k -subj /CN=a -out r; openssl x509 -req -in r -signkey k -extfile x -extensions v",
    ),
  ).toContain("x509: the extension nsCertType is not supported by this simulator\n");
});
