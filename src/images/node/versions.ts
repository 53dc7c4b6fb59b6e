/** Releases that courses name, each with the version that `node --version` tells. */
export const NODE_VERSIONS: readonly (readonly [version: string, tags: readonly string[]])[] = [
  ["v24.11.1", ["latest", "24", "current", "lts", "krypton"]],
  ["v22.21.1", ["22", "jod"]],
  ["v20.19.5", ["20", "iron"]],
  ["v18.20.8", ["18", "hydrogen"]],
  ["v16.20.2", ["16", "gallium"]],
  ["v14.21.3", ["14", "fermium"]],
  ["v12.22.12", ["12"]],
  ["v10.24.1", ["10"]],
];
