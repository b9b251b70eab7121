// Small documents written as those of real APIs are.
#pragma once

namespace holdfast::config {

// OpenAPI 3.0 in YAML: references, a form, composed schemas, a response that nobody reads.
inline constexpr const char* kPets = R"(openapi: 3.0.3
info: {title: Pets, version: '1'}
servers:
  - url: https://pets.example.com
paths:
  /pets:
    summary: All of them
    get:
      operationId: listPets
      parameters:
        - {name: limit, in: query, schema: {type: integer}}
        - {name: X-Trace, in: header, schema: {type: string}}
        - {name: page.size, in: query, schema: {type: integer}}
      responses:
        '200': {description: ok, content: {application/json: {schema: {$ref: 'https://elsewhere.example.com/x.json'}}}}
    post:
      operationId: createPet
      requestBody:
        required: true
        content:
          text/plain: {schema: {type: string}}
          application/json: {schema: {$ref: '#/components/schemas/NewPet'}}
          application/x-www-form-urlencoded: {schema: {properties: {other: {type: string}}}}
      responses: {}
  /pets/{petId}:
    parameters:
      - $ref: '#/components/parameters/PetId'
    head:
      operationId: petThere
      responses: {}
    get:
      operationId: getPet
      parameters:
        - {name: petId, in: path, required: true, description: wins over that of the path, schema: {type: string}}
      responses: {}
  /pets/{petId}/bill:
    post:
      operationId: payBill
      parameters:
        - $ref: '#/components/parameters/PetId'
        - {name: dryRun, in: query, schema: {type: boolean}}
      requestBody: {$ref: '#/components/requestBodies/Bill'}
      responses: {}
components:
  parameters:
    PetId: {name: petId, in: path, required: true, schema: {type: string}}
  requestBodies:
    Bill:
      required: true
      content:
        application/x-www-form-urlencoded:
          schema:
            type: object
            required: [amount]
            properties: {amount: {type: integer}, currency: {type: string}}
  schemas:
    NewPet:
      allOf:
        - $ref: '#/components/schemas/Tagged'
        - {type: object, required: [name, id], properties: {name: {type: string}, id: {type: string, readOnly: true}}}
        - oneOf:
            - {required: [owner], properties: {owner: {$ref: '#/components/schemas/Person'}}}
            - {properties: {owner: {type: string}, 'full name': {type: string}}}
    Tagged: {properties: {tag: {type: string}, parent: {$ref: '#/components/schemas/NewPet'}}}
    Person: {type: object, properties: {parent: {$ref: '#/components/schemas/Person'}}}
)";

// OpenAPI 3.1 in JSON: a base path with a variable, names that are no tool names, references through others.
inline constexpr const char* kLedger = R"({
	"openapi": "3.1.0",
	"info": {"title": "Ledger \ud83d\ude00", "version": "2"},
	"servers": [{"url": "https://{region}.example.com/{version}/",
	             "variables": {"region": {"default": "eu"}, "version": {"default": "v2"}}}],
	"paths": {
		"/accounts/{account}/entries": {"post": {
			"operationId": "ledger/post entry",
			"requestBody": {"content": {"application/vnd.ledger+json; charset=utf-8":
				{"schema": {"$ref": "#/components/schemas/Posting"}}}}
		}},
		"/accounts/{account}": {"$ref": "#/components/pathItems/account~1one"}
	},
	"webhooks": {"changed": {"post": {"operationId": "changed"}}},
	"components": {
		"pathItems": {"account/one": {"get": {"operationId": "ledger:get-account"}}},
		"schemas": {
			"Posting": {"$ref": "#/components/schemas/Entry", "required": ["memo"], "properties": {"memo": {"type": ["string", "null"]}}},
			"Entry": {"$ref": "#/components/schemas/Lines%7Bx%7D"},
			"Lines{x}": {"type": "object", "properties": {"amount": {"type": "number"}, "\ud83d\ude00": true}}
		}
	}
}
)";

}  // namespace holdfast::config
