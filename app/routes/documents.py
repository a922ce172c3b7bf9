"""List, read, upload and delete documents."""

import hashlib
from pathlib import PurePosixPath
from typing import Annotated

from fastapi import APIRouter, File, Header, HTTPException, Query, Request, Response, UploadFile

from app.bootstrap import Application
from app.dependencies import App, Caller, Writer, scope, visible
from app.problems import RESPONSES
from app.schemas.documents import DocumentList, DocumentOut, DocumentText, UploadResult
from app.schemas.tasks import TaskOut
from app.tasks import IdempotencyError, Task
from app.uploads import delete_upload, index_upload
from ingestion.models import Document
from retrieval.models import Principal

router = APIRouter(prefix="/v1/documents", tags=["documents"], responses=RESPONSES)


@router.get("", summary="List documents")
def list_documents(
    app: App,
    caller: Caller,
    limit: Annotated[int, Query(ge=1, le=1000)] = 1000,
    after: Annotated[str | None, Query(description="`next` of the page before.")] = None,
) -> DocumentList:
    """The documents that the caller may read, by URI."""
    found = app.index.documents(scope(caller))
    # A document that went away meanwhile has no place: the list then begins again.
    ids = [document.id for document in found]
    begin = ids.index(after) + 1 if after in ids else 0
    page = found[begin : begin + limit]
    more = page[-1].id if begin + limit < len(found) else None
    return DocumentList(documents=[DocumentOut.of(document) for document in page], next=more)


@router.get("/{document_id}", summary="Read a document's parsed text")
def get_document(document_id: str, app: App, caller: Caller) -> DocumentText:
    """A document with the text that citations' spans refer to."""
    document = _visible(document_id, app, caller)
    parsed = app.manifest.parsed(document.id, document.version)
    if parsed is None:
        raise HTTPException(404, "The document's text is not on this machine; ingest it again.")
    return DocumentText.read(document, parsed)


@router.post(
    "",
    status_code=201,
    summary="Upload a document",
    responses={202: {"model": TaskOut, "description": "It will be indexed; see Location."}},
    response_model=None,
)
def upload(
    file: Annotated[UploadFile, File(description="Any supported format.")],
    app: App,
    caller: Writer,
    http: Request,
    response: Response,
    prefer: Annotated[
        str | None, Header(description="`respond-async`: answer at once, with a task.")
    ] = None,
    idempotency_key: Annotated[
        str | None, Header(max_length=200, description="The same key again makes no second task.")
    ] = None,
) -> UploadResult | TaskOut:
    """Index one file for the caller's groups; the caller's same name again is a new version.

    With `Prefer: respond-async` (RFC 7240) a task does it, and Location says where to look.
    """
    limit = app.settings.max_file_mb * 1024 * 1024
    data = file.file.read(limit + 1)
    if len(data) > limit:
        raise HTTPException(413, f"The file is larger than MAX_FILE_MB={app.settings.max_file_mb}.")
    name = PurePosixPath((file.filename or "").replace("\\", "/")).name
    if not name or name.startswith("."):
        raise HTTPException(422, "The file needs a name with an extension, like report.pdf.")
    if "respond-async" in (prefer or ""):
        task = _submitted(app, caller, name, data, idempotency_key)
        http.app.state.worker.wake()
        response.status_code = 202
        response.headers["Location"] = f"/v1/tasks/{task.id}"
        response.headers["Preference-Applied"] = "respond-async"
        return TaskOut.of(task)
    done = index_upload(app.ingestion, app.uploads, caller, name, data)
    return UploadResult(
        document=DocumentOut.of(done.document),
        outcome=done.outcome,
        chunks_embedded=done.chunks_embedded,
        losses=list(done.losses),
    )


def _submitted(
    app: Application, caller: Principal, name: str, data: bytes, key: str | None
) -> Task:
    digest = hashlib.sha256(data).hexdigest()
    try:
        task = app.tasks.submit(caller.name, caller.groups, name, data, digest, key)
    except IdempotencyError as error:
        raise HTTPException(422, str(error)) from error
    return task


@router.delete("/{document_id}", status_code=204, summary="Delete a document")
def delete_document(document_id: str, app: App, caller: Writer) -> Response:
    """Take a document out of the index.

    A file below the documents folder comes back at the next ingestion unless it is removed too.
    """
    document = _visible(document_id, app, caller)
    app.ingestion.remove_exclusively(document.id)
    delete_upload(app.uploads, document.uri)
    return Response(status_code=204)


def _visible(document_id: str, app: Application, caller: Principal) -> Document:
    """The document, or 404 whether it is hidden or not there: the two must look the same."""
    document = visible(document_id, app, caller)
    if document is None:
        raise HTTPException(404, "There is no such document.")
    return document
