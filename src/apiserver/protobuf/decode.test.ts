import { describe, expect, it } from "vitest";
import { decodeProtobuf } from "./decode.ts";

const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (b) => Number.parseInt(b, 16));

describe("a protobuf body", () => {
  it("is the object that kubectl 1.32 sends for `create cm a --from-literal=a=b`, without Go's zero values", () => {
    const sent =
      "6b3873000a0f0a02763112" + "09436f6e6669674d6170121b0a110a01611200" + "1a0022002a0032003800420012060a016112" + "01621a002200";
    expect(decodeProtobuf(bytes(sent))).toEqual({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data: { a: "b" } });
  });

  it("keeps a zero that was set through a pointer", () => {
    const spec = "0800"; // replicas: 0
    const raw = `12${"02"}${spec}`;
    const type = "0a0761" + "7070732f7631" + "120a4465706c6f796d656e74";
    expect(decodeProtobuf(bytes(`6b387300${"0a15"}${type}${"12"}${"04"}${raw}`))).toEqual({
      apiVersion: "apps/v1",
      kind: "Deployment",
      spec: { replicas: 0 },
    });
  });

  it("is refused when it is none, or of a kind that is not known", () => {
    expect(() => decodeProtobuf(bytes("7b7d"))).toThrow("provided data does not appear to be a protobuf message");
    expect(() => decodeProtobuf(bytes("6b3873000a070a0276311201" + "58"))).toThrow(
      'no kind "X" is registered for version "v1" in protobuf',
    );
  });
});
