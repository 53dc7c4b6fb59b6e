import { expect, it } from "vitest";
import { expandHistory } from "./expansion.ts";

const HISTORY = ["kubectl get pods -o wide", "vim /etc/hosts/deploy.yaml", 'echo "a b" | cat > out.txt', "kubectl describe pod web"];

// What bash 5.2 makes of them.
it.each([
  ["!!", "kubectl describe pod web"],
  ["sudo !!", "sudo kubectl describe pod web"],
  ["kubectl logs !$", "kubectl logs web"],
  ["ls !^ !*", "ls describe describe pod web"],
  ["!1", "kubectl get pods -o wide"],
  ["!-3:$", "/etc/hosts/deploy.yaml"],
  ["!vim:1:h", "/etc/hosts"],
  ["!vim:1:t:r", "deploy"],
  ["!vim:$:e", ".yaml"],
  ["!echo:1-3", 'echo "a b" | cat'.slice(5)],
  ["!echo:2*", "| cat > out.txt"],
  ["!k:1-", "describe pod"],
  ["!?wide?:0", "kubectl"],
  ["^pod^svc", "kubectl describe svc web"],
  ["^web^api^ -n x", "kubectl describe pod api -n x"],
  ["!!:s/pod/svc/:s/web/api/", "kubectl describe svc api"],
  ["!kubectl:gs/e/E/", "kubEctl dEscribE pod wEb"],
  ['echo "!!"', 'echo "kubectl describe pod web"'],
  ["echo a !#:1", "echo a a"],
])("%j is %j", (line, text) => expect(expandHistory(line, HISTORY)).toEqual({ kind: "line", text, only: false }));

it.each([
  "ls",
  "echo '!!'",
  "echo \\!x",
  "[ ! -f x ]",
  "[[ a != b ]]",
  "echo ${!name} $!",
  'echo "hi!"',
  "ls [!a]*",
  "! true",
  "echo hi !",
])("%j stays", (line) => expect(expandHistory(line, HISTORY)).toEqual({ kind: "same" }));

it.each([
  ["!nothing", "!nothing: event not found"],
  ["!99", "!99: event not found"],
  ["!!:9", ":9: bad word specifier"],
  ["^nope^x", ":s^nope^x: substitution failed"],
])("%j is refused", (line, message) => expect(expandHistory(line, HISTORY)).toEqual({ kind: "error", message }));

it("prints without running", () =>
  expect(expandHistory("!1:p", HISTORY)).toEqual({ kind: "line", text: "kubectl get pods -o wide", only: true }));
