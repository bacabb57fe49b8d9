"""Uses the client that was made of the OpenAPI document: `client.py URL TOKEN`.

What is asked and answered goes through the generated names and types alone, so that it fails
where the document has no good name, a wrong type or a missing key.
"""

import sys

from desk_client import AuthenticatedClient
from desk_client.api.tickets import (
    add_ticket_thread,
    create_ticket,
    get_ticket,
    list_ticket_threads,
    list_tickets,
)
from desk_client.models import NewThread, NewTicketBody, TicketList

url, token = sys.argv[1:]
desk = AuthenticatedClient(base_url=url, token=token, raise_on_unexpected_status=True)

made = create_ticket.sync(
    client=desk,
    body=NewTicketBody(
        name="Ada Lovelace",
        from_="ada@example.com",
        type_=1,
        subject="The kettle leaks",
        reply="<p>It stands in a puddle.</p>",
    ),
)
ticket = made.ticket_id

added = add_ticket_thread.sync(
    ticket,
    client=desk,
    body=NewThread(thread_type="reply", reply="<p>A new one is on its way to you.</p>"),
)

page = list_ticket_threads.sync(ticket, client=desk)
said = [thread.reply for thread in page.threads]
assert any("on its way" in text for text in said), said
assert added.id in [thread.id for thread in page.threads]

shown = get_ticket.sync(made.increment_id, client=desk)
assert shown.ticket.subject == "The kettle leaks", shown
assert shown.ticket.id == ticket

# Several values of one filter are all asked for.
listed = list_tickets.sync(client=desk, status=["1", "2", "6"], limit=100, sort="t.id")
assert isinstance(listed, TicketList), listed
assert ticket in [one.id for one in listed.tickets], listed

refused = get_ticket.sync_detailed(10**12, client=desk)
assert refused.status_code == 404 and refused.parsed.error == "not_found", refused

print(f"the generated client made, answered, listed and read ticket {ticket}")
