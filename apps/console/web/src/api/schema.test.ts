// @vitest-environment node
import { readFileSync } from "node:fs";
import openapiTS, { astToString, COMMENT_HEADER } from "openapi-typescript";
import { expect, it } from "vitest";

it("the types are those of the committed OpenAPI document (npm run api)", async () => {
  const document = readFileSync("openapi.json", "utf8");
  const generated = COMMENT_HEADER + astToString(await openapiTS(document));
  expect(readFileSync("src/api/schema.d.ts", "utf8")).toBe(generated);
});
