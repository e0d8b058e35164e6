"""What happens to announcements: publishing, scheduling, withdrawal, set-up of the site's tree."""
