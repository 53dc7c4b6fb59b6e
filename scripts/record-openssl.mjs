// Makes keys and certificates with this machine's openssl (3.0), runs the rows of src/shell/utilities/openssl/recorded/rows.json
// over them and writes down what it printed: node scripts/record-openssl.mjs
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const home = join(import.meta.dirname, "../src/shell/utilities/openssl/recorded");
const folder = mkdtempSync(join(tmpdir(), "openssl-"));
const { rows } = JSON.parse(readFileSync(join(home, "rows.json"), "utf8"));
const epoch = Date.now();

const MADE = `
openssl genrsa -out ca.key 2048; openssl req -x509 -new -nodes -key ca.key -subj "/CN=kubernetes" -days 36500 -out ca.crt
openssl ecparam -genkey -name prime256v1 -noout -out ec.key; openssl ec -in ec.key -pubout -out ec.pub
openssl genrsa -out user.key 2048; openssl rsa -in user.key -pubout -out user.pub; openssl genrsa -traditional -out trad.key 2048
openssl req -new -key user.key -subj "/CN=myuser/O=developers" -out user.csr
openssl req -new -key ec.key -subj "/C=US/ST=CA/L=SF/O=Acme, Inc/OU=IT/CN=web" -addext "subjectAltName=DNS:a.example,IP:10.0.0.1,DNS:*.b" -out ec.csr
cat > v3.ext <<'END'
authorityKeyIdentifier=keyid,issuer:always
basicConstraints=CA:FALSE
keyUsage=keyEncipherment,dataEncipherment
extendedKeyUsage=serverAuth,clientAuth
subjectAltName=@alt_names
[alt_names]
DNS.1 = kubernetes
IP.1 = 10.0.0.9
END
openssl x509 -req -in user.csr -CA ca.crt -CAkey ca.key -CAcreateserial -out user.crt -days 36500
openssl x509 -req -in ec.csr -CA ca.crt -CAkey ca.key -CAserial ca.srl -out web.crt -days 36500 -extfile v3.ext
echo hello > data.txt; cat user.crt ca.crt > chain.pem; echo junk > junk.txt
openssl dgst -sha256 -sign user.key -out data.sig data.txt; openssl x509 -in user.crt -outform der -out user.der`;
execFileSync("bash", ["-c", MADE], { cwd: folder, stdio: "ignore" });

const names = "ca.key ca.crt ec.key ec.pub user.key user.pub trad.key user.csr ec.csr v3.ext user.crt web.crt data.txt chain.pem junk.txt";
const files = Object.fromEntries(names.split(" ").map((name) => [name, readFileSync(join(folder, name), "utf8")]));
const binaries = Object.fromEntries(["data.sig", "user.der"].map((name) => [name, readFileSync(join(folder, name)).toString("base64")]));
const recorded = rows.map((run) => {
  const { stdout, stderr, status } = spawnSync("bash", ["-c", run], { cwd: folder, input: "", encoding: "latin1" });
  // The library's errors begin with a thread.
  return { run, out: stdout, err: stderr.replace(/^[0-9A-F]{16}:error/gm, "THREAD:error"), code: status };
});
writeFileSync(join(home, "recorded.json"), `${JSON.stringify({ epoch, files, binaries, recorded }, undefined, 1)}\n`);
process.stdout.write(`${recorded.length} rows recorded\n`);
