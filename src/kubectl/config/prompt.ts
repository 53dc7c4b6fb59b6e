import type { Access, KubectlProcess } from "../types.ts";

/** Asks who is there, where a kubeconfig does not say it (k8s: clientcmd/auth_loaders.go PromptingAuthLoader). */
export async function promptFor({ access, server }: { access: Access; server: string }, proc: KubectlProcess): Promise<Access> {
  const { token, certificate, basic } = access;
  if (!server.startsWith("https:") || token !== undefined || certificate !== undefined || basic) return access;
  const username = await ask(proc, "Please enter Username: ");
  const password = await ask(proc, "Please enter Password: ", true);
  return { ...access, basic: { username, password } };
}

async function ask({ stdin, stdout }: KubectlProcess, words: string, silent = false): Promise<string> {
  await stdout.write(words);
  const raw = silent && stdin.tty;
  if (raw) stdin.setRaw?.(true);
  let typed = "";
  try {
    while (!/[\r\n]/.test(typed)) {
      const chunk = await stdin.read(1);
      if (chunk === null) throw new Error("EOF");
      typed += new TextDecoder().decode(chunk);
    }
  } finally {
    if (raw) stdin.setRaw?.(false);
  }
  if (raw) await stdout.write("\n");
  return typed.replace(/\r?\n$|\r$/, "");
}
