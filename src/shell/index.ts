export { BASH_COMPLETION, BASH_COMPLETION_FILE } from "./completion/library.ts";
export { binFiles, shellPrograms } from "./programs.ts";
export { appletPlaces, known as knownCommands } from "./utilities/applets.ts";
export type { Flavour } from "./utilities/flavour.ts";
export { utilityNames } from "./utilities/names.ts";
export { LineEditor } from "./readline/index.ts";
export { DEBIAN as DEBIAN_COMMANDS, type Package, PACKAGES } from "./utilities/places.ts";
export {
  BLOCK as ARCHIVE_BLOCK,
  decodeBlock,
  encodeMember,
  padding as archivePadding,
  type Member as ArchiveMember,
} from "./utilities/tar/header.ts";
