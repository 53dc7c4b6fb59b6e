import { field, isDNS1123Subdomain, rangeMessage, semanticEqual } from "../../machinery/index.ts";
import { invalidEach, type Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import { goForm } from "../core/go-form.ts";
import { checkDriverName } from "../core/volume/sources.ts";
import { checkVolumeSpec } from "../core/volume/spec.ts";
import { put } from "../defaulting.ts";
import type {
  VolumeAttachment,
  VolumeAttachmentSource,
  VolumeAttachmentSpec,
  VolumeAttachmentStatus,
  VolumeError,
} from "../generated/types.ts";
import type { Kind } from "../kind.ts";

const MAX_METADATA = 256 * 1024;
const MAX_MESSAGE = 1024;
const ONE = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";

/** k8s: apis/storage/validation ValidateVolumeAttachment, and for what is new ValidateVolumeAttachmentV1. */
function validate({ spec, status }: VolumeAttachment, old: VolumeAttachment | undefined): Errors {
  const errors: Errors = [];
  const { attacher = "", source = {}, nodeName = "" }: Partial<VolumeAttachmentSpec> = (spec as VolumeAttachmentSpec | undefined) ?? {};
  if (attacher === "") errors.push(field.required("spec.attacher"));
  checkSource(errors, source);
  invalidEach(errors, "spec.nodeName", nodeName, isDNS1123Subdomain(nodeName));
  checkStatus(errors, status);
  if (old !== undefined) return errors;
  checkDriverName(errors, "spec.attacher", attacher);
  const volume = source.persistentVolumeName;
  if (volume !== undefined) invalidEach(errors, "spec.source.persistentVolumeName", volume, isDNS1123Subdomain(volume));
  return errors;
}

function checkSource(errors: Errors, { inlineVolumeSpec, persistentVolumeName }: VolumeAttachmentSource): void {
  if (inlineVolumeSpec === undefined && persistentVolumeName === undefined) errors.push(field.required("spec.source", ONE));
  else if (inlineVolumeSpec !== undefined && persistentVolumeName !== undefined) errors.push(field.forbidden("spec.source", ONE));
  else if (persistentVolumeName === "")
    errors.push(field.required("spec.source.persistentVolumeName", "must specify non empty persistentVolumeName"));
  else if (inlineVolumeSpec !== undefined) checkVolumeSpec(errors, "spec.source.inlineVolumeSpec", inlineVolumeSpec, true);
}

function checkStatus(errors: Errors, status: VolumeAttachmentStatus | undefined): void {
  const size = Object.entries(status?.attachmentMetadata ?? {}).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  if (size > MAX_METADATA) errors.push(field.tooLong("status.attachmentMetadata", "", MAX_METADATA));
  checkError(errors, "status.attachError", status?.attachError);
  checkError(errors, "status.detachError", status?.detachError);
}

function checkError(errors: Errors, path: string, error: VolumeError | undefined): void {
  // Upstream names the limit of the metadata here.
  if ((error?.message?.length ?? 0) > MAX_MESSAGE) errors.push(field.tooLong(`${path}.message`, "", MAX_METADATA));
  const code = error?.errorCode;
  if (code !== undefined && code < 0) errors.push(field.invalid(`${path}.errorCode`, code, rangeMessage(0, 2147483647)));
}

export const volumeAttachment: Kind<VolumeAttachment> = {
  group: "storage.k8s.io",
  version: "v1",
  kind: "VolumeAttachment",
  plural: "volumeattachments",
  returnsDeleted: true,
  singular: "volumeattachment",
  namespaced: false,
  subresources: ["status"],
  validate: (object, { old }) => validate(object, old),
  validateUpdate: (object, old) =>
    semanticEqual(object.spec, old.spec)
      ? []
      : [field.invalid("spec", goForm("storage.v1.VolumeAttachmentSpec", object.spec), "field is immutable")],
  rulesLast: true,
  validateStatusUpdate: (object, old) => validate(object, old),
  prepareForCreate: (object) => put(object, "status", { attached: false }),
  columns: [
    { name: "Attacher", description: "Which driver attaches.", cell: (a) => a.spec.attacher },
    { name: "PV", description: "The volume that is attached.", cell: (a) => a.spec.source.persistentVolumeName ?? "" },
    { name: "Node", description: "To which node.", cell: (a) => a.spec.nodeName },
    { name: "Attached", type: "boolean", description: "Whether it is done.", cell: (a) => a.status?.attached ?? false },
    ageColumn,
  ],
};
