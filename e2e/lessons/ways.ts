import type { Student } from "./student.ts";

/** What somebody does in one step. */
export interface Deed {
  readonly step: string;
  /** What is answered first, and is not so. */
  readonly wrong?: readonly string[];
  /** Ids of options, or what is typed; or how it is found out. */
  readonly answer?: readonly string[] | ((student: Student) => Promise<readonly string[]>);
  /** Typed in the terminal, line by line. */
  readonly run?: readonly string[];
}

/** Ways through lessons, from the first step to the last. */
export const ways = {
  "start.first-contact": [
    { step: "welcome" },
    { step: "nodes", answer: async (student) => [await student.run("kubectl get nodes --no-headers | wc -l")] },
    { step: "predict", wrong: ["me"], answer: ["scheduler"] },
    { step: "create", run: ["kubectl create deployment hello --image=nginx --replicas=2"] },
    {
      step: "where",
      answer: async (student) => [await student.run("kubectl get pods -l app=hello -o jsonpath='{.items[0].spec.nodeName}{\"\\n\"}'")],
    },
    { step: "heal", run: ["kubectl delete $(kubectl get pods -l app=hello -o name | head -n 1)"] },
  ],
  "workloads.rolling-update": [
    { step: "predict", wrong: ["0"], answer: ["1"] },
    {
      step: "strategy",
      run: [`kubectl patch deployment web -p '{"spec":{"strategy":{"rollingUpdate":{"maxUnavailable":0,"maxSurge":1}}}}'`],
    },
    { step: "update", run: ["kubectl set image deployment/web web=nginx:1.27"] },
    { step: "what-if", answer: ["nothing"] },
    { step: "stuck", run: ["kubectl set image deployment/web web=nginx:9.99"] },
    { step: "back", run: ["kubectl rollout undo deployment/web"] },
  ],
} satisfies Readonly<Record<string, readonly Deed[]>> as Readonly<Record<string, readonly Deed[]>>;
