/** What fields of images must look like. */
export const imageValues: Readonly<Record<string, unknown>> = {
  "ImageFile.data": "YQ==",
  "ImageFile.mode": "0755",
  "ImageFile.path": "/a",
  "ImageHTTPRoute.cpu": "50ms",
  "ImageHTTPRoute.delay": "2s",
  "ImageHTTPRoute.path": "/a",
  "ImageHTTPRoute.status": 201,
  "ImageRegistrySpec.latency": "2s",
  "ImageSpec.architectures": "amd64",
};
