/** openssl req -new -newkey ec -subj "/O=devs/CN=ada" -addext "subjectAltName=DNS:ada.example,IP:10.0.0.7" */
export const ADAS_REQUEST = `-----BEGIN CERTIFICATE REQUEST-----
MIIBBzCBrgIBADAdMQ0wCwYDVQQKDARkZXZzMQwwCgYDVQQDDANhZGEwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAAQTMw0eFicIBan7ToRiki22oaYmeWTWrLmK8Ygd
zn/b3e65Rt0KwyruV7MaiZCV2JuZTgXNEmw9k7dtW77lrv0OoC8wLQYJKoZIhvcN
AQkOMSAwHjAcBgNVHREEFTATggthZGEuZXhhbXBsZYcECgAABzAKBggqhkjOPQQD
AgNIADBFAiEA4cKwtGqXlmb2NhMLRSXfub7FpICpAIk+z7VdyBVaNUwCIEZdNx4K
figc6ThUfyHqtaGBuZ2ijtCbZdSepB5usO5Q
-----END CERTIFICATE REQUEST-----
`;
