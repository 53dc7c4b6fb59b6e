import { type Command, entropy, inputText, optionsOf, output, type Order, unknown } from "./types.ts";
import type { Tool } from "../tool.ts";

/** genrsa, genpkey and ecparam make keys; rsa, ec and pkey show them. */
export const privateKey: Command = async (t, order) => {
  const { tools, name, args } = order;
  const o = optionsOf(args, ["in", "out", "algorithm", "pkeyopt", "name", "passin", "passout"]);
  if (name === "genrsa" || name === "genpkey" || name === "ecparam") {
    const algorithm = name === "genrsa" ? "RSA" : name === "ecparam" ? "EC" : (o.value("algorithm") ?? "").toUpperCase();
    if (algorithm !== "RSA" && algorithm !== "EC") {
      await t.proc.stderr.write(
        `Error initializing ${o.value("algorithm") ?? ""} context: only RSA and EC (P-256) are there in this simulator\n`,
      );
      return 1;
    }
    return make(t, order, algorithm, o.value("out"), [...o.operands, ...o.all("pkeyopt"), o.value("name") ?? ""]);
  }
  const key = tools.readPrivateKey(await inputText(t, o.value("in")));
  if (!key) {
    await t.proc.stderr.write(`Could not read private key from ${o.value("in") ?? "<stdin>"}\n`);
    return 1;
  }
  if (o.has("text")) return unknown(t, order, "text (not supported by this simulator)");
  if (o.has("check")) await t.out(key.kind === "RSA" ? "RSA key ok\n" : "EC Key valid.\n");
  if (name !== "pkey") await t.proc.stderr.write(`writing ${name.toUpperCase()} key\n`);
  if (!o.has("noout")) await output(t, o.value("out"), o.has("pubout") ? tools.toPem("PUBLIC KEY", key.keyInfo) : key.pem, 0o600);
  return 0;
};

async function make(t: Tool, order: Order, algorithm: "RSA" | "EC", out: string | undefined, words: readonly string[]): Promise<number> {
  const size = words.map((w) => /^(?:rsa_keygen_bits:)?(\d+)$/.exec(w)?.[1]).find(Boolean);
  if (algorithm === "RSA" && size !== undefined && !["2048", "4096", "3072"].includes(size)) {
    await t.proc.stderr.write(`genrsa: a key of ${size} bits is not supported by this simulator: keys have 2048\n`);
    return 1;
  }
  // Finding primes is work; all keys here have 2048 bits, which is what a larger one is told.
  if (algorithm === "RSA" && size !== undefined && size !== "2048")
    await t.proc.stderr.write(`openssl: keys have 2048 bits in this simulator, not ${size}\n`);
  await t.proc.cpu(algorithm === "RSA" ? 80 : 2);
  await output(t, out, order.tools.newKey(algorithm, entropy(t)).pem, 0o600);
  return 0;
}
