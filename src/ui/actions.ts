import { announce, notify } from "./announce.ts";
import { confirm } from "./dialogs.ts";
import { t } from "./i18n.ts";
import { useSession } from "./session.ts";
import { focusTerminal } from "./terminal/TerminalPane.tsx";
import { typeCommand } from "./terminal/terminals.ts";

/** Every action is a write to the API or a command that the learner sees being typed. */

export function logs(pod: { readonly namespace: string; readonly name: string }, container?: string): void {
  typeCommand(`kubectl logs -f ${pod.name} -n ${pod.namespace}${container ? ` -c ${container}` : ""}`, {
    fresh: true,
    title: `logs ${pod.name}`,
  });
}

export function exec(pod: { readonly namespace: string; readonly name: string }, container?: string): void {
  typeCommand(`kubectl exec -it ${pod.name} -n ${pod.namespace}${container ? ` -c ${container}` : ""} -- sh`, {
    fresh: true,
    title: `sh ${pod.name}`,
  });
}

/** Puts a command at the prompt, to be read and then run. */
export function propose(command: string): void {
  typeCommand(command, { enter: false });
  focusTerminal();
}

export function apply(path: string): void {
  const { home } = useSession.getState();
  typeCommand(`kubectl apply -f ${path.startsWith(`${home}/`) ? `~/${quote(path.slice(home.length + 1))}` : quote(path)}`);
}

export async function deletePod(pod: { readonly namespace: string; readonly name: string }): Promise<void> {
  const yes = await confirm({
    title: t("dialog.deletePodTitle", { name: pod.name }),
    text: t("dialog.deletePodText"),
    action: t("dialog.deleteDo"),
    danger: true,
  });
  const { connection } = useSession.getState();
  if (!yes || !connection) return;
  announce(t("live.deleting", { name: pod.name }));
  try {
    await connection.request({ method: "DELETE", path: `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}` });
  } catch (error) {
    failed(error);
  }
}

export function failed(error: unknown): void {
  notify(t("dialog.failed", { message: error instanceof Error ? error.message : String(error) }), { tone: "trouble" });
}

function quote(word: string): string {
  return /^[\w./@%+=:,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
