import { Failed, type Flags, type Run } from "./run.ts";

export async function version(run: Run, flags: Flags): Promise<number> {
  const v = `v${run.version}`;
  const [major, minor] = run.version.split(".");
  const facts = { major, minor, gitVersion: v, gitTreeState: "clean", goVersion: "go1.26.0", compiler: "gc", platform: "linux/amd64" };
  const form = flags.text("output");
  if (form === "short") await run.out(`${v}\n`);
  else if (form === "json") await run.out(`${JSON.stringify({ clientVersion: facts }, undefined, 2)}\n`);
  else if (form === "yaml")
    await run.out(
      `clientVersion:\n${Object.entries(facts)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([k, value]) => `  ${k}: ${/^\d+$/.test(String(value)) ? `"${value}"` : value}\n`)
        .join("")}`,
    );
  else if (form !== undefined) throw new Failed(`invalid output format: ${form}`);
  else
    await run.out(
      `kubeadm version: &version.Info{Major:"${major}", Minor:"${minor}", GitVersion:"${v}", GitTreeState:"clean", GoVersion:"go1.26.0", Compiler:"gc", Platform:"linux/amd64"}\n`,
    );
  return 0;
}
