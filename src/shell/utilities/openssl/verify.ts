import { tlsOf } from "../tls.ts";
import { subjectText } from "./subject.ts";
import { type Command, Complaint, input, inputText, optionsOf, trace } from "./types.ts";
import { loadCertificate } from "./x509.ts";

/** openssl verify. */
export const verify: Command = async (t, order) => {
  const { tools } = order;
  const o = optionsOf(order, {
    valued: ["CAfile", "untrusted", "trusted", "verify_hostname", "verify_ip"],
    flags: ["verbose", "show_chain", "no-CAfile", "no-CApath", "no-CAstore"],
    missing: [
      "CApath",
      "CRLfile",
      "crl_check",
      "crl_check_all",
      "purpose",
      "partial_chain",
      "attime",
      "verify_depth",
      "x509_strict",
      "policy",
      "crl_download",
      "CAstore",
    ],
  });
  const tls = await tlsOf(t);
  const roots: Uint8Array[] = [];
  for (const path of [...o.all("CAfile"), ...o.all("trusted")]) {
    if (!t.proc.fs.exists(path))
      throw new Complaint(
        `Error loading file ${path}${trace(
          `80000002:system library:BIO_new_file:No such file or directory:../crypto/bio/bss_file.c:67:calling fopen(${path}, r)`,
          "10000080:BIO routines:BIO_new_file:no such file:../crypto/bio/bss_file.c:75:",
          "05880002:x509 certificate routines:X509_load_cert_crl_file_ex:system lib:../crypto/x509/by_file.c:229:",
        )}`,
      );
    roots.push(...tls.certificates(await inputText(t, path)));
  }
  const between = o.has("untrusted") ? tls.certificates(await inputText(t, o.value("untrusted"), "untrusted certificates")) : [];
  let status = 0;
  for (const path of o.operands.length > 0 ? o.operands : [undefined]) {
    const shown = path ?? "stdin";
    let der: Uint8Array | undefined;
    try {
      der = loadCertificate(tools, await input(t, path, "certificate file", "Unable to load certificate file"));
      if (!der) throw new Complaint(`Could not read certificate file from ${path ?? "<stdin>"}\nUnable to load certificate file`);
    } catch (error) {
      if (!(error instanceof Complaint)) throw error;
      await t.flush();
      await t.proc.stderr.write(`${error.message}\n`);
      status = 2;
      continue;
    }
    const chain = [der, ...between];
    let problem = tls.chainProblem(chain, { roots, now: t.proc.clock.now() });
    const name = o.value("verify_hostname") ?? o.value("verify_ip");
    if (!problem && name !== undefined && !tls.isFor(der, name, { commonName: true }))
      problem = o.has("verify_ip")
        ? { code: 64, text: "IP address mismatch", depth: 0 }
        : { code: 62, text: "hostname mismatch", depth: 0 };
    if (!problem) {
      await t.out(`${shown}: OK\n`);
      continue;
    }
    await t.flush();
    const whose = chain[problem.depth] ?? der;
    await t.proc.stderr.write(
      `${subjectText(tools.readDn(tools.readCertificate(whose).subject))}\nerror ${problem.code} at ${problem.depth} depth lookup: ${problem.text}\nerror ${shown}: verification failed\n`,
    );
    status = 2;
  }
  return status;
};
