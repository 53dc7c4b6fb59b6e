import { expect, it } from "vitest";
import { full } from "./browser.ts";
import { Learner } from "./learner.ts";
import { DESKTOP, KEY_MS, onStage } from "./stage.ts";
import { until } from "./until.ts";

const stage = onStage();

const NAMED: Readonly<Record<string, string>> = {
  Tab: "Tab",
  Enter: "Enter",
  Esc: "Escape",
  Up: "ArrowUp",
  Home: "Home",
  "C-c": "Control+c",
  "C-z": "Control+z",
  "C-r": "Control+r",
  "C-w": "Control+w",
  "C-a": "Control+a",
  "C-e": "Control+e",
  "M-b": "Alt+b",
  "M-.": "Alt+.",
  "M-d": "Alt+d",
};

/** What they have written when they are done. */
const POD = `apiVersion: v1
kind: Pod
metadata:
  labels:
    run: web
  name: web
spec:
  containers:
  - image: nginx
    name: web
    resources:
      requests:
        cpu: 50m
      limits:
        cpu: 50m
    readinessProbe:
      httpGet:
        port: 80
    volumeMounts:
    - name: c
      mountPath: /c
  volumes:
  - name: c
    configMap:
      name: c
  dnsPolicy: ClusterFirst
  restartPolicy: Always
status: {}
`;

/** Somebody at a terminal who never looks up before a line is done: `k get po<Tab><Enter>`, a key at a time. */
async function candidate() {
  const context = await stage.browser.newContext({ viewport: DESKTOP });
  const learner = await Learner.open(context, stage.app.url);
  await learner.focusTerminal();
  const { keyboard } = learner.page;
  const types = async (keys: string): Promise<void> => {
    for (const token of keys.match(/<(?:C-.|M-.|[A-Z][a-z]+)>|[^]/g) ?? []) {
      const name = /^<(.+)>$/.exec(token)?.[1];
      if (name !== undefined && NAMED[name]) await keyboard.press(NAMED[name]);
      else await keyboard.type(token);
      await learner.page.waitForTimeout(KEY_MS);
    }
  };
  const shows = (what: string | RegExp): Promise<readonly string[]> =>
    until(
      () => learner.screen(),
      (rows) => rows.some((row) => (typeof what === "string" ? row.includes(what) : what.test(row))),
    );
  return {
    learner,
    types,
    shows,
    /** A whole line, and the prompt again after it. */
    line: async (keys: string): Promise<void> => {
      await types(`${keys}<Enter>`);
      await learner.atPrompt();
    },
    done: () => context.close(),
  };
}

it("solves a task with vim, completion and history at 80 words a minute, and no key is lost", async () => {
  const { learner, types, shows, line, done } = await candidate();
  await line("alias k=kubectl; source <(kubectl completion bash)");
  await line("complete -o default -F __start_kubectl k");
  await line('export do="--dry-run=client -o yaml"');
  await line("k create cm c --from-literal=a=1");
  await line("k run web --image=nginx $do >pod.yaml");
  await types("vim p<Tab><Enter>");
  await shows("dnsPolicy");
  await types(":set sw=2 et paste\n/reso\n");
  await types("Cresources:\n      requests:\n        cpu: 50m<Esc>");
  // The line above, copied under this one, is made the other; so is this one.
  await types("kyyjpcwlimits<Esc>kyyjp");
  await types("/dns\nOreadinessProbe:\n  httpGet:\n    port: 80<Esc>:set nopaste\nV2k>.:set paste\n");
  await learner.shot("exam-vim");
  await types(
    "/dns\nO    volumeMounts:\n    - name: c\n      mountPath: /c\n  volumes:\n  - name: c\n    configMap:\n      name: c<Esc>:wq\n",
  );
  await learner.atPrompt();
  await line("k apply -f p<Tab>");
  await types("k get po<Tab> w<Tab>-w<Enter>");
  await shows(/^web +1\/1 +Running/);
  await types("<C-c>");
  await learner.atPrompt();
  await learner.shot("exam-watch");
  let pod = "";
  // A few lines at a time: the terminal is not tall.
  for (const lines of ["1,9", "10,18", "19,30"]) pod += `${await learner.run(`clear; sed -n ${lines}p pod.yaml`)}\n`;
  expect(pod).toBe(POD);
  expect(await learner.run("k exec web -- cat /c/a; echo")).toBe("1");
  // What history has is what was typed, and what Tab made of it.
  expect(await learner.run("clear; cut -c1-70 ~/.bash_history | head -8")).toBe(
    `alias k=kubectl; source <(kubectl completion bash)
complete -o default -F __start_kubectl k
export do="--dry-run=client -o yaml"
k create cm c --from-literal=a=1
k run web --image=nginx $do >pod.yaml
vim pod.yaml
k apply -f pod.yaml
k get pod web -w`,
  );
  expect(learner.troubles).toEqual([]);
  await done();
}, 150_000);

// A minute of typing: of the two, `npm test` runs the task alone.
it.runIf(full)(
  "finds commands again, looks into things, and holds jobs, tabs and a second terminal",
  async () => {
    const { learner, types, shows, line, done } = await candidate();
    await line("k run web --image=nginx");
    await line("k get deploy -n kube-system");
    await types("k get po -w<Enter>");
    await shows(/^web +1\/1 +Running/);
    await types("<C-c>");
    await learner.atPrompt();
    await types("k exec -it web -- bash<Enter>");
    await shows("root@web:/#");
    await types("head -1 /etc/ngi<Tab>conf<Tab>d<Tab><Enter>");
    await shows("conf.d/default.conf");
    await shows("server {");
    await types("exit<Enter>");
    await learner.atPrompt();
    // The second command again, with another kind: what was before the last word is kept.
    await types("<C-r>deploy");
    await shows("(reverse-i-search)`deploy':");
    await types("<M-d>ds<Enter>");
    await shows("No resources found in kube-system namespace.");
    await learner.atPrompt();
    await line("k config set-context --current --namespace=kube-n<Tab>");
    await line("k config view --minify | grep <M-.><C-w>namespace");
    await shows("namespace: kube-node-lease");
    await types("<Up><Up><M-b><M-b><M-b><M-d><M-d><M-d>de<Tab><Enter>");
    await learner.atPrompt();
    await types("k describe po | less<Enter>");
    await shows("Namespace:");
    await types("/Imag\nn");
    await shows("Image ID:");
    await learner.shot("exam-less");
    await types("q");
    await learner.atPrompt();
    await types("k port-forward web 8080:80 &<Enter>");
    await shows("Forwarding from 127.0.0.1:8080 -> 80");
    await types("<Enter>");
    await line("curl -sI localhost:8080 | head -1");
    await shows("HTTP/1.1 200 OK");
    await types("fg<Enter>");
    await shows(/^k(ubectl)? port-forward web 8080:80$/);
    await types("<C-z>");
    await shows(/^\[1\]\+ +Stopped/);
    await line("bg");
    // It ends by itself when it is interrupted, so that bash has no line to begin: the prompt stands behind the ^C.
    await types("fg<Enter><C-c><Enter>");
    await learner.atPrompt();
    await line("jobs | wc -l");
    await learner.page.keyboard.press("Control+Shift+Digit5");
    await learner.sees(learner.see("terminal-2"));
    await learner.page.waitForTimeout(1000);
    await types("k delete po web --force<Enter>");
    await until(
      () => learner.pods("default/web"),
      (pods) => pods.length === 0,
    );
    await learner.shot("exam-split");
    await learner.page.keyboard.press("Control+Shift+ArrowLeft");
    await types("k get po<Enter>");
    await shows("No resources found in default namespace.");
    expect(learner.troubles).toEqual([]);
    await done();
  },
  150_000,
);
