"""Rotate the key of a Losant credential, after a look at what uses it: on the embedded service, so it runs anywhere.

For the live API write `leafnative.Losant()` with LOSANT_TOKEN and LOSANT_APPLICATION_ID set, and leave the service out.
"""

import leafnative

with leafnative.Service() as service:
    application = service.create_application()
    token = service.create_token(application=application, scopes=["credential.*", "credentials.*"])
    losant = leafnative.Losant(service, token=token, application_id=application)

    credential = losant.credentials.ensure(
        "uploads",
        type="aws",
        config={"access_key_id": "AKIAMAPLEFARM0001", "secret_access_key": "the first key", "region": "eu-central-1"},
    )
    hub = {"name": "Hub", "credentialName": "uploads", "integrationType": "sqs", "enabled": True}
    service.register(application, "integration", hub)
    print(credential.name, "is used by", ", ".join(credential.linked_resources().users()))

    rotated = losant.credentials.rotate("uploads", secret_access_key="the second key")
    print("rotated at", rotated.last_updated.isoformat())

    try:
        rotated.delete(unless_linked=True)
    except leafnative.ConflictError as error:
        print(error)
