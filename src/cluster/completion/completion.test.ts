import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { emulator } from "../../shell/testing/emulator.ts";
import { testCluster } from "../testing.ts";

const cluster = testCluster();

/** What `kubectl completion bash` of v1.36.4 printed. */
const script = readFileSync(new URL("kubectl-1.36.4.bash", import.meta.url), "utf8");

/** Types lines at the learner's prompt, each given up after it has been looked at; what the screen shows of each. */
async function completed(setup: string, lines: readonly string[]): Promise<readonly string[]> {
  const c = await cluster;
  const grid = emulator(160, 40);
  const session = c.workstation.open({ columns: 160, rows: 40 });
  const decoder = new TextDecoder();
  session.output((data) => {
    grid.write(decoder.decode(data, { stream: true }));
    session.acknowledge(data.length);
  });
  await c.advance(1);
  const type = async (keys: string): Promise<void> => {
    c.clock.input(() => session.input(keys));
    await c.advance(1);
  };
  await type(`${setup}\r`);
  const out: string[] = [];
  for (const line of lines) {
    await type("clear\r");
    // Tabs one by one, as fingers type them: what follows one waits for what it found.
    for (const part of line.split(/(\t)/)) if (part !== "") await type(part);
    const { row } = grid.cursor();
    out.push(
      grid
        .rows()
        .slice(0, row + 1)
        .join("\n")
        .replaceAll("learner@workstation:~$ ", "$ "),
    );
    await type("\x15");
  }
  return out;
}

// `npm run check` takes some; `npm run prove` all of them.
const full = process.env["TIMONEL_PROOFS"] === "full";
const LINES: readonly (readonly [line: string, shown: string])[] = [
  ["k get po\t w\t", "$ k get pod web"],
  ["k config set-context --current --namespace=kube-n\t", "$ k config set-context --current --namespace=kube-node-lease"],
  ["k get po -o cu\t\t\t", "$ k get po -o custom-columns\ncustom-columns       custom-columns-file\n$ k get po -o custom-columns"],
  ["k create -f we\t", "$ k create -f web.yaml"],
];
const OURS: typeof LINES = [
  ["k get pods/w\t", "$ k get pods/web"],
  ["cd .k\t", "$ cd .kube/"],
  ["sudo kubec\tlogs w\t", "$ sudo kubectl logs web"],
];

it("completes kubectl with the script that the real one prints, and as well with our own", async () => {
  const c = await cluster;
  await c.sh("kubectl run web --image=nginx; kubectl wait pod web --for=condition=Ready; touch ~/web.yaml");
  c.workstation.files.write("/home/learner/real.bash", new TextEncoder().encode(script));
  const lines = full ? LINES : LINES.slice(0, 1);
  const more = full ? [...LINES, ...OURS] : OURS.slice(2);
  const typed = (rows: typeof LINES): readonly string[] => rows.map(([line]) => line);
  const real = await completed("source real.bash; complete -o default -F __start_kubectl k", [...typed(lines), "k rollout \t\t"]);
  const ours = await completed("", typed(more));
  const trimmed = (shown: readonly string[]): readonly string[] => shown.map((s) => s.replace(/ +$/gm, ""));
  expect(trimmed(ours)).toEqual(more.map(([, shown]) => shown));
  expect(trimmed(real)).toEqual([
    ...lines.map(([, shown]) => shown),
    "$ k rollout\nhistory  (View rollout history)                  restart  (Restart a resource)                    status   (Show the status of the rollout)\npause    (Mark the provided resource as paused)  resume   (Resume a paused resource)              undo     (Undo a previous rollout)\n$ k rollout",
  ]);
});
