import { describe, expect, it } from "vitest";
import { expandCommand, setting, settingsOf, spanOf, words } from "./unit-file.ts";

const unit = { text: "[Unit]\nDescription=one\n# no\n[Service]\nExecStart=/bin/a \\\n  -b\nRestart=always\n", dropIns: [] };

describe("a unit's files", () => {
  it("are settings by section, of which the last counts and a list begins anew where it is set to nothing", () => {
    expect(setting(settingsOf(unit), "Service.ExecStart")).toBe("/bin/a  -b");
    const dropIns = [{ path: "x.conf", text: "[Service]\nExecStart=\nExecStart=/bin/c\nEnvironment=A=1\nEnvironment=B=2\n" }];
    const settings = settingsOf({ ...unit, dropIns });
    expect(settings.get("Service.ExecStart")).toEqual(["/bin/c"]);
    expect(settings.get("Service.Environment")).toEqual(["A=1", "B=2"]);
    expect(setting(settings, "Unit.Description")).toBe("one");
  });

  it.each([
    ["/bin/a $X ${X} '$X' -$X", ["/bin/a", "1", "2", "1 2", "1", "2", "-$X"]],
    ["-/bin/a $NONE", ["/bin/a"]],
    ['/bin/a "b c" d\\ e', ["/bin/a", "b c", "d e"]],
  ])("give the command %s", (line, argv) => {
    expect(expandCommand(line, { X: "1 2" })).toEqual(argv);
  });

  it("have times", () => {
    expect([spanOf("10", 1), spanOf("1min 30s", 1), spanOf("500ms", 1), spanOf(undefined, 7)]).toEqual([10_000, 90_000, 500, 7]);
    expect(words("a 'b c'")).toEqual(["a", "b c"]);
  });
});
