"""What a superior rules: waivers and scores."""
