//! What the documentation documents: 104 operations, in its order. Each has an example in
//! `tests/fixtures/documented`, whose method and path are those of this list.

use std::collections::BTreeSet;

use super::examples;

/// Each operation by its name, with its method and path.
const OPERATIONS: [(&str, &str); 104] = [
    ("label-create", "POST /api/labels.{_format}"),
    ("label-update", "PUT /api/label/{id}.{_format}"),
    ("label-delete", "DELETE /api/label/{id}.{_format}"),
    ("group-list", "GET /api/groups.{_format}"),
    ("group-create", "POST /api/groups.{_format}"),
    ("group-update", "PUT /api/group/{id}.{_format}"),
    ("group-delete", "DELETE /api/group/{id}.{_format}"),
    ("mailbox-list", "GET /api/mailboxes.{_format}"),
    ("mailbox-create", "POST /api/mailboxes.{_format}"),
    ("mailbox-update", "PUT /api/mailbox/{id}.{_format}"),
    ("mailbox-delete", "DELETE /api/mailbox/{id}.{_format}"),
    ("solution-list", "GET /api/solutions.{_format}"),
    ("solution-create", "POST /api/solutions.{_format}"),
    ("solution-update", "PUT /api/solution/{solution}.{_format}"),
    (
        "solution-delete",
        "DELETE /api/solution/{solution}.{_format}",
    ),
    ("customer-list", "GET /api/customers.{_format}"),
    ("customer-view", "GET /api/customer/{id}.{_format}"),
    ("customer-star", "PATCH /api/customer/{id}.{_format}"),
    ("customer-create", "POST /api/customers.{_format}"),
    ("customer-update", "PUT /api/customer/{id}.{_format}"),
    ("customer-delete", "DELETE /api/customer/{id}.{_format}"),
    ("tag-list", "GET /api/tags.{_format}"),
    ("tag-update", "PUT /api/tag/{id}.{_format}"),
    ("tag-delete", "DELETE /api/tag/{id}.{_format}"),
    ("tag-ticket-add", "POST /api/ticket/{id}/tags.{_format}"),
    (
        "tag-ticket-remove",
        "DELETE /api/ticket/{id}/tags.{_format}",
    ),
    (
        "tag-article-add",
        "POST /api/article/{article}/tags.{_format}",
    ),
    (
        "tag-article-remove",
        "DELETE /api/article/{article}/tags.{_format}",
    ),
    ("email-template-list", "GET /api/email-templates.{_format}"),
    (
        "email-template-create",
        "POST /api/email-templates.{_format}",
    ),
    (
        "email-template-update",
        "PUT /api/email-template/{template}.{_format}",
    ),
    (
        "email-template-delete",
        "DELETE /api/email-template/{template}.{_format}",
    ),
    ("saved-reply-list", "GET /api/saved-replys.{_format}"),
    ("saved-reply-create", "POST /api/saved-replys.{_format}"),
    (
        "saved-reply-update",
        "PUT /api/saved-reply/{template}.{_format}",
    ),
    (
        "saved-reply-delete",
        "DELETE /api/saved-reply/{template}.{_format}",
    ),
    ("company-update", "PUT /api/company.{_format}"),
    (
        "company-business-hours-view",
        "GET /api/company/business-hours.{_format}",
    ),
    (
        "company-business-hours-update",
        "POST /api/company/business-hours.{_format}",
    ),
    ("company-spam-view", "GET /api/company/spam.{_format}"),
    ("company-spam-update", "PUT /api/company/spam.{_format}"),
    ("company-theme-update", "PUT /api/company/theme.{_format}"),
    ("filter-list", "GET /api/filters.{_format}"),
    ("task-list", "GET /api/tasks.{_format}"),
    ("task-view", "GET /api/task/{id}.{_format}"),
    ("task-update", "PUT /api/task/{id}.{_format}"),
    (
        "task-follower-add",
        "POST /api/task/{id}/follower.{_format}",
    ),
    (
        "task-follower-remove",
        "DELETE /api/task/{id}/follower.{_format}",
    ),
    ("task-thread-add", "POST /api/task/{id}/thread.{_format}"),
    (
        "task-thread-remove",
        "DELETE /api/task/{id}/thread.{_format}",
    ),
    ("task-create", "POST /api/tasks.{_format}"),
    ("task-delete", "DELETE /api/task/{id}.{_format}"),
    ("workflow-list", "GET /api/workflows.{_format}"),
    ("workflow-create", "POST /api/workflows.{_format}"),
    (
        "workflow-update",
        "PUT /api/workflow/{type}/{workflow}.{_format}",
    ),
    (
        "workflow-delete",
        "DELETE /api/workflow/{type}/{id}.{_format}",
    ),
    ("workflow-reorder", "PUT /api/workflows/order.{_format}"),
    ("member-profile-update", "PUT /api/member/profile.{_format}"),
    ("member-list", "GET /api/members.{_format}"),
    ("member-view", "GET /api/member/{id}.{_format}"),
    ("member-create", "POST /api/members.{_format}"),
    ("member-update", "PUT /api/member/{id}.{_format}"),
    ("member-delete", "DELETE /api/member/{id}.{_format}"),
    ("me-view", "GET /api/me.{_format}"),
    (
        "ticket-attachment-download",
        "GET /api/ticket/attachment/{id}.{_format}",
    ),
    ("ticket-delete", "DELETE /api/ticket/{id}.{_format}"),
    ("ticket-property-update", "PATCH /api/ticket/{id}.{_format}"),
    ("ticket-update", "PUT /api/ticket/{id}.{_format}"),
    (
        "ticket-agent-assign",
        "PUT /api/ticket/{id}/agent.{_format}",
    ),
    (
        "ticket-collaborator-add",
        "POST /api/ticket/{id}/collaborator.{_format}",
    ),
    (
        "ticket-collaborator-remove",
        "DELETE /api/ticket/{id}/collaborator.{_format}",
    ),
    ("ticket-trash", "PUT /api/ticket/{id}/trash.{_format}"),
    ("ticket-view", "GET /api/ticket/{incrementId}.{_format}"),
    ("ticket-list", "GET /api/tickets.{_format}"),
    ("ticket-create", "POST /api/tickets.{_format}"),
    ("ticket-mass-delete", "DELETE /api/tickets.{_format}"),
    ("ticket-mass-trash", "PUT /api/tickets/trash.{_format}"),
    ("ticket-mass-status", "PUT /api/tickets/status.{_format}"),
    ("ticket-mass-restore", "PUT /api/tickets/restore.{_format}"),
    (
        "ticket-mass-priority",
        "PUT /api/tickets/priority.{_format}",
    ),
    ("ticket-mass-label", "PUT /api/tickets/label.{_format}"),
    ("ticket-mass-group", "PUT /api/tickets/group.{_format}"),
    ("ticket-mass-agent", "PUT /api/tickets/agent.{_format}"),
    ("thread-list", "GET /api/ticket/{id}/threads.{_format}"),
    ("thread-create", "POST /api/ticket/{id}/threads.{_format}"),
    (
        "thread-lock",
        "PATCH /api/ticket/{ticketId}/thread/{id}.{_format}",
    ),
    (
        "thread-update",
        "PUT /api/ticket/{ticketId}/thread/{id}.{_format}",
    ),
    (
        "thread-delete",
        "DELETE /api/ticket/{ticketId}/thread/{threadId}.{_format}",
    ),
    ("custom-field-list", "GET /api/custom-fields.{_format}"),
    ("sub-group-list", "GET /api/sub-groups.{_format}"),
    ("sub-group-create", "POST /api/sub-groups.{_format}"),
    ("sub-group-update", "PUT /api/sub-group/{id}.{_format}"),
    ("sub-group-delete", "DELETE /api/sub-group/{id}.{_format}"),
    ("ticket-type-list", "GET /api/ticket-types.{_format}"),
    ("ticket-type-create", "POST /api/ticket-types.{_format}"),
    ("ticket-type-update", "PUT /api/ticket-type/{id}.{_format}"),
    (
        "ticket-type-delete",
        "DELETE /api/ticket-type/{id}.{_format}",
    ),
    ("todo-create", "POST /api/todo.{_format}"),
    ("todo-update", "PUT /api/todo/{id}.{_format}"),
    ("todo-delete", "DELETE /api/todo/{id}.{_format}"),
    (
        "agent-privilege-list",
        "GET /api/agent-privileges.{_format}",
    ),
    (
        "agent-privilege-create",
        "POST /api/agent-privileges.{_format}",
    ),
    (
        "agent-privilege-update",
        "PUT /api/agent-privilege/{id}.{_format}",
    ),
    (
        "agent-privilege-delete",
        "DELETE /api/agent-privilege/{id}.{_format}",
    ),
];

#[test]
fn every_documented_operation_has_its_example() {
    let examples = examples();
    let have: BTreeSet<&str> = examples.iter().map(|one| one.id.as_str()).collect();
    let known: BTreeSet<&str> = OPERATIONS.iter().map(|(id, _)| *id).collect();
    assert_eq!(known.len(), OPERATIONS.len(), "an operation stands twice");
    let without: Vec<_> = known.difference(&have).collect();
    assert!(without.is_empty(), "these have no example: {without:#?}");
    let strange: Vec<_> = have.difference(&known).collect();
    assert!(
        strange.is_empty(),
        "these are no documented operations: {strange:#?}"
    );
}

#[test]
fn every_example_asks_by_the_documented_method_and_path() {
    for example in examples() {
        let request = &example.request;
        let asked = format!("{} {}", request.method, request.path);
        let documented = OPERATIONS.iter().find(|(id, _)| *id == example.id);
        let documented = documented.map(|(_, address)| *address);
        assert_eq!(documented, Some(asked.as_str()), "{}", example.id);
    }
}
