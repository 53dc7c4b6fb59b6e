import type {
  Block,
  CheckView,
  LessonCall,
  LessonView,
  Prose,
  ProseByLocale,
  QuizView,
  StepProse,
  StepView,
} from "../../browser/protocol.ts";

type Say = (lesson: LessonView, prose?: ProseByLocale) => void;

/** A lesson with one step of each kind, played by no engine: whatever is checked twice is true, whatever is answered twice is right. */
export class FakeLesson {
  readonly #say: Say;
  #steps: readonly StepView[] = steps;
  #current: string | undefined;
  #finished = false;

  constructor(say: Say) {
    this.#say = say;
    say(this.#view(), { en: prose });
    this.#current = steps[0]?.id;
    say(this.#view());
  }

  do(call: LessonCall): void {
    const step = this.#steps.find(({ id }) => id === this.#current);
    if (!step) return;
    switch (call.verb) {
      case "answer":
        if (step.quiz) this.#change(step, this.#answered(step.quiz, call.given));
        break;
      case "check":
        this.#change(step, checked(step));
        break;
      case "hint":
        this.#change(step, { hints: step.hints + 1 });
        break;
      case "reveal":
        this.#change(step, { solution: "kubectl apply -f web.yaml\n" });
        break;
      case "next": {
        this.#change(step, { state: "done" });
        const next = this.#steps[this.#steps.findIndex(({ id }) => id === step.id) + 1];
        this.#finished = !next;
        this.#current = next?.id ?? step.id;
        if (next) this.#change(next, { state: "current" });
        break;
      }
      case "reset":
      case "retry":
        this.#steps = steps;
        this.#current = steps[0]?.id;
        this.#finished = false;
    }
    this.#say(this.#view());
  }

  #answered(quiz: QuizView, given: readonly string[]): Partial<StepView> {
    const right = quiz.tries > 0;
    return { quiz: { ...quiz, given, right, tries: quiz.tries + 1 }, ...(right && { state: "done", earned: 0.5 }) };
  }

  #change({ id }: StepView, to: Partial<StepView>): void {
    this.#steps = this.#steps.map((step) => (step.id === id ? { ...step, ...to } : step));
  }

  #view(): LessonView {
    const sum = (of: (step: StepView) => number): number => this.#steps.reduce((n, step) => n + of(step), 0);
    return {
      id: "fake.lesson",
      minutes: 5,
      level: "beginner",
      points: sum((s) => s.points),
      earned: sum((s) => s.earned),
      current: this.#current,
      finished: this.#finished,
      trouble: undefined,
      steps: this.#steps,
    };
  }
}

function checked({ checks, points }: StepView): Partial<StepView> {
  if (checks.every(({ verdict }) => verdict?.passed)) return {};
  // First all of it fails, then all of it is true.
  const second = checks.some(({ verdict }) => verdict !== undefined);
  const found = { kind: "value", text: "nginx:1.2x" } as const;
  const judged = checks.map((check): CheckView => ({
    ...check,
    verdict: { passed: second || check.kind === "history", expected: "nginx:1.27", actual: second ? { kind: "nothing" } : found },
  }));
  return { checks: judged, ...(second && { state: "done", earned: points }) };
}

const nothing = { points: 1, earned: 0, quiz: undefined, checks: [], hints: 0, hasSolution: false, solution: undefined };
const quiz = (type: QuizView["type"], options: readonly string[] = []): QuizView => ({
  type,
  options,
  given: undefined,
  right: false,
  tries: 0,
});
const check = (id: string, kind: CheckView["kind"], about?: string): CheckView => ({
  id,
  kind,
  about,
  advisory: kind === "command",
  verdict: undefined,
});

const steps: readonly StepView[] = [
  { ...nothing, id: "read", state: "current", points: 0 },
  { ...nothing, id: "one", state: "ahead", quiz: quiz("single", ["tag", "room"]) },
  { ...nothing, id: "several", state: "ahead", quiz: quiz("multiple", ["tag", "room"]) },
  { ...nothing, id: "count", state: "ahead", quiz: quiz("number") },
  { ...nothing, id: "name", state: "ahead", quiz: quiz("text") },
  {
    ...nothing,
    id: "do",
    state: "ahead",
    points: 5,
    hasSolution: true,
    checks: [
      check("image", "resource", "pod/web"),
      check("saved", "file", "web.yaml"),
      check("reach", "script"),
      check("steady", "history"),
      check("looked", "command"),
    ],
  },
];

const words = (value: string): Extract<Block, { type: "paragraph" }> => ({ type: "paragraph", children: [{ type: "text", value }] });
const step = (title: string, more: Partial<StepProse> = {}): StepProse => ({
  line: 1,
  title,
  body: [words("What the step says."), { type: "code", value: "kubectl get pods", data: { action: "exec" } as object }],
  options: new Map([
    ["tag", [words("The tag does not exist")]],
    ["room", [words("No node has room")]],
  ]),
  hints: [[words("A gentle hint.")], [words("A plain one.")]],
  feedback: new Map([["image", [words("I see {{actual}}.")]]]),
  explanation: [words("Because it is so.")],
  ...more,
});
const prose: Prose = {
  locale: "en",
  title: "A lesson of the fake worker",
  summary: "",
  intro: [words("One step of each kind.")],
  steps: new Map([
    ["read", step("Read")],
    ["one", step("Choose one")],
    ["several", step("Choose several")],
    ["count", step("Count")],
    ["name", step("Name")],
    ["do", step("Do")],
  ]),
};
