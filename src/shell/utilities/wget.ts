import { busyboxWget } from "./wget/busybox.ts";
import { gnuWget } from "./wget/gnu.ts";
import type { Utility } from "./tool.ts";

export const wget: Utility = {
  name: "wget",
  usage:
    "[-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]\n\t[--post-data STR | --post-file FILE] [-P DIR] [-U AGENT] [-T SEC] URL...",
  about: "Retrieve files via HTTP and HTTPS",
  flags: {
    quiet: { short: "q", long: "quiet", help: "Quiet" },
    terse: { long: "no-verbose", help: "Not verbose" },
    options: { short: "n", value: "LETTERS", help: "v: not verbose; c: do not clobber; H: no host directories" },
    output: { short: "O", long: "output-document", value: "FILE", help: "Save to FILE ('-' for stdout)" },
    log: { short: "o", long: "output-file", value: "LOGFILE", help: "Log messages to FILE" },
    server: { short: "S", long: "server-response", help: "Show server response" },
    timeout: { short: "T", long: "timeout", value: "SEC", help: "Network read timeout" },
    spider: { long: "spider", help: "Only check URL existence: $? is 0 if exists" },
    header: { long: "header", value: "STR", help: "Add STR (of form 'header: value') to headers" },
    post: { long: "post-data", value: "STR", help: "Send STR using POST method" },
    postFile: { long: "post-file", value: "FILE", help: "Send FILE using POST method" },
    agent: { short: "U", long: "user-agent", value: "STR", help: "Use STR for User-Agent header" },
    prefix: { short: "P", long: "directory-prefix", value: "DIR", help: "Save to DIR (default .)" },
    resume: { short: "c", long: "continue", help: "Continue retrieval of aborted transfer" },
    tries: { short: "t", long: "tries", value: "N", help: "Number of retries" },
    proxy: { short: "Y", value: "on/off", help: "Use proxy" },
    ca: { long: "ca-certificate", value: "FILE", help: "File with the bundle of CAs" },
    certificate: { long: "certificate", value: "FILE", help: "Client certificate file" },
    privateKey: { long: "private-key", value: "FILE", help: "Private key file" },
    nocheck: { long: "no-check-certificate", help: "Don't validate the server's certificate" },
  },
  run: (t) => (t.busybox ? busyboxWget(t) : gnuWget(t)),
};
